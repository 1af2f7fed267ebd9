//! axe: the rules of accessible pages, checked on the page as it is.

use std::fs;

use serde_json::Value;
use thirtyfour::WebDriver;

use crate::{Failure, Result, target};

/// Every violation that axe finds: its rule, its elements and what is wrong with them.
pub async fn violations(driver: &WebDriver) -> Result<Vec<String>> {
    let path = target().join("tools/axe.min.js");
    let source = fs::read_to_string(&path).map_err(|error| {
        Failure::new(format!(
            "cannot read {}: {error}; `cargo xtask test` fetches it",
            path.display()
        ))
    })?;
    driver.execute(source, Vec::new()).await?;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then(
            (results) => done({ violations: results.violations }), (error) => done({ failure: String(error) }));";
    let answer = driver.execute_async(run, Vec::new()).await?.json().clone();
    if let Some(failure) = answer["failure"].as_str() {
        return Err(Failure::new(format!("axe: {failure}")));
    }
    Ok(items(&answer["violations"]).map(describe).collect())
}

fn describe(violation: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', "\n      ");
    let mut shown = format!(
        "axe: {} ({}): {}",
        text(&violation["id"]),
        text(&violation["impact"]),
        text(&violation["help"])
    );
    for node in items(&violation["nodes"]) {
        shown.push_str(&format!(
            "\n    {}\n      {}",
            text(&node["html"]),
            text(&node["failureSummary"])
        ));
    }
    shown
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
