//! `cargo xtask test`: everything that is checked before a change lands.

use std::env;

use crate::{
    Failure, axe, locales, page,
    postgres::{Cluster, Durability, URL_VARIABLE},
    process::{cargo, run},
    sources,
    steps::Steps,
    target, tools,
};

/// Runs all checks, cheap ones first, and prints how long each took. The first failure ends it.
pub fn test() -> Result<(), Failure> {
    let mut steps = Steps::begin();
    let result = checks(&mut steps);
    if result.is_ok() {
        println!("{}", sources::read_text(&target().join("page/sizes.txt"))?);
    }
    steps.print();
    result
}

fn checks(steps: &mut Steps) -> Result<(), Failure> {
    let given = env::var(URL_VARIABLE).ok();
    steps.step("tools", || {
        let mut needed = vec![&tools::CHROMIUM, &tools::CHROMEDRIVER];
        if given.is_none() {
            needed.push(&tools::POSTGRESQL);
        }
        tools::ensure_components()?;
        tools::ensure(&needed)?;
        axe::ensure()
    })?;
    steps.step("format", || run(cargo().args(["fmt", "--all", "--check"])))?;
    steps.step("locales", locales::check)?;
    steps.step("page", page::build)?;
    steps.step("clippy", || {
        run(cargo().args([
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    let cluster = if given.is_none() {
        Some(steps.step("postgresql", || Cluster::start(Durability::None))?)
    } else {
        None
    };
    let url = cluster
        .as_ref()
        .map(Cluster::url)
        .or(given.as_deref())
        .unwrap_or_default();
    // One call for everything, the browser tests too: another selection of packages would build its dependencies anew.
    steps.step("tests", || {
        run(cargo().args(["test", "--workspace"]).env(URL_VARIABLE, url))
    })
}
