//! A program that is missing and cannot be installed is named in one line.

use std::process::Command;

#[test]
fn a_missing_tool_is_named_with_what_brings_it() {
    // No search path: neither wrk nor apt-get is found.
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("bench")
        .env("PATH", "")
        .output()
        .expect("xtask starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(
        lines[0].starts_with("xtask: ") && lines[0].contains("apt-get install"),
        "{said}"
    );
    assert!(lines[0].contains("wrk"), "{said}");
}
