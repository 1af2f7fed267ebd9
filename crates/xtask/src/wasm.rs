//! Compiling the page for WebAssembly, with whichever standard library for it can be had.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{
    Failure, process, root,
    tools::{self, Tool},
};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's compiler, whatever comes first on the search path.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// What makes the page smaller: Leptos boxes every component's view instead of making a type of it, and the linker keeps
/// what web-build needs to take the page apart into the parts that are loaded when they are needed.
const FLAGS: &str = "--cfg erase_components -Clink-arg=--emit-relocs";
/// Where the standard library is compiled along: nobody reads a panic's message in a browser, so leave them all out.
const FLAGS_WITH_STD: &str = "-Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort";

/// Debian's Rust with the sources of its standard library, which is compiled along with the page.
const DEBIAN_RUST: Tool = Tool {
    name: "Debian's Rust for the web",
    is_present: || {
        [
            DEBIAN_RUSTC,
            "/usr/bin/cargo",
            "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
        ]
        .into_iter()
        .all(tools::exists)
    },
    packages: &["rustc-web", "cargo-web", "rust-web-src"],
};
/// A linker for WebAssembly; rustup's Rust brings one, Debian's does not.
const LINKER: Tool = Tool {
    name: "lld",
    is_present: || tools::find(&["wasm-ld"]).is_some(),
    packages: &["lld"],
};

/// What compiles the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Toolchain {
    /// The Rust that compiles everything else, which has the target installed.
    Own,
    /// Debian's Rust, with the standard library compiled from source.
    Debian,
}

impl Toolchain {
    /// The target that is installed, else through rustup, else Debian's Rust.
    pub fn choose() -> Result<Self, Failure> {
        match env::var("DAYPACK_WASM_TOOLCHAIN").ok().as_deref() {
            Some("debian") => return Self::debian(),
            Some(other) => {
                return Err(format!(
                    "DAYPACK_WASM_TOOLCHAIN is `{other}`, but only `debian` is known"
                ));
            }
            None => {}
        }
        let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
        if PathBuf::from(sysroot).join("lib/rustlib").join(TARGET).is_dir() {
            return Ok(Self::Own);
        }
        let added = Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if added.is_ok_and(|status| status.success()) {
            return Ok(Self::Own);
        }
        println!("rustup cannot add {TARGET} here; using Debian's Rust");
        Self::debian().map_err(|failure| format!("{failure}, or run: rustup target add {TARGET}"))
    }

    fn debian() -> Result<Self, Failure> {
        tools::ensure(&[&DEBIAN_RUST])?;
        Ok(Self::Debian)
    }

    /// Which compiler it is: pages of two are never the same.
    pub fn version(self) -> Result<String, Failure> {
        let (name, mut compiler) = match self {
            Self::Own => ("own", Command::new("rustc")),
            Self::Debian => ("debian", Command::new(DEBIAN_RUSTC)),
        };
        if self == Self::Debian {
            compiler.env_remove("LD_LIBRARY_PATH");
        }
        let version = process::output(compiler.arg("--version"))?;
        Ok(format!("{name}: {version}"))
    }

    /// Compiles the page and returns the module's path. The folder is apart from the one of the other builds: two
    /// compilers in one folder would undo each other's work.
    pub fn compile(self) -> Result<PathBuf, Failure> {
        let folder = crate::target().join("page");
        let mut command = match self {
            Self::Own => process::cargo(),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command
                    .current_dir(root())
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1");
                command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()?);
                // Set by the cargo that runs this tool, for its own compiler.
                command.env_remove("LD_LIBRARY_PATH").env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        };
        command.args([
            "build",
            "--profile",
            "page",
            "--package",
            "daypack-page",
            "--target",
            TARGET,
        ]);
        let mut flags = FLAGS.to_owned();
        if self == Self::Debian {
            command.args(["-Z", "build-std=std,panic_abort"]);
            flags = [FLAGS, FLAGS_WITH_STD].join(" ");
        }
        // Cargo's own variable for flags goes before the one that people set.
        command.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", flags);
        process::run(command.env("CARGO_TARGET_DIR", &folder))?;
        Ok(folder.join(TARGET).join("page/daypack-page.wasm"))
    }
}

fn linker() -> Result<PathBuf, Failure> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if let Some(host) = version.lines().find_map(|line| line.strip_prefix("host: ")) {
        let bundled = PathBuf::from(sysroot)
            .join("lib/rustlib")
            .join(host)
            .join("bin/rust-lld");
        if bundled.is_file() {
            return Ok(bundled);
        }
    }
    tools::ensure(&[&LINKER])?;
    tools::find(&["wasm-ld"]).ok_or_else(|| "wasm-ld is not on the search path".to_owned())
}
