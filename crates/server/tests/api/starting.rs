//! The program from the outside: what stops it, it says in one line.

use std::process::{Command, Output};

use daypack_store::testing::Folder;

fn daypack(folder: &Folder, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daypack"))
        .args(arguments)
        .env_clear()
        .env("DAYPACK_DATA_DIR", &folder.0)
        .env("DAYPACK_LISTEN", "127.0.0.1:0")
        .output()
        .expect("the program runs")
}

/// Exit code 1 and one line on standard error with this in it.
fn refuses(output: &Output, word: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    let lines: Vec<&str> = error.lines().filter(|line| line.starts_with("daypack: ")).collect();
    assert!(lines.len() == 1 && lines[0].contains(word), "{error}");
}

#[test]
fn a_port_in_use_is_said_in_one_line() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refuses(&daypack(&folder, &["serve", "--listen", &address]), "DAYPACK_LISTEN");
}

#[test]
fn a_folder_that_cannot_be_made_is_said_in_one_line() {
    let folder = Folder::new();
    let file = folder.0.join("file");
    std::fs::write(&file, b"").unwrap();
    let below = file.join("data").display().to_string();
    refuses(
        &daypack(&folder, &["migrate", "--data-dir", &below]),
        "DAYPACK_DATA_DIR",
    );
}

#[test]
fn settings_that_cannot_be_are_said_in_one_line() {
    let folder = Folder::new();
    refuses(
        &daypack(&folder, &["serve", "--database-url", "mysql://localhost/x"]),
        "sqlite://",
    );
    refuses(
        &daypack(&folder, &["serve", "--rate-limit", "many"]),
        "DAYPACK_RATE_LIMIT",
    );
    refuses(&daypack(&folder, &["serve", "--log", "=="]), "DAYPACK_LOG");
}

#[test]
fn the_first_admin_comes_in_by_the_command_line() {
    let folder = Folder::new();
    let create = [
        "user",
        "create",
        "--role",
        "admin",
        "--email",
        "ada@daypack.example",
        "--name",
        "Ada",
    ];
    let made = daypack(&folder, &create);
    let said = String::from_utf8_lossy(&made.stdout);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(said.contains("/invite/"), "{said}");
    refuses(&daypack(&folder, &create), "this address");
}

#[test]
fn every_command_explains_itself() {
    let folder = Folder::new();
    for command in [
        &["--help"][..],
        &["serve", "--help"],
        &["migrate", "--help"],
        &["openapi", "--help"],
        &["user", "create", "--help"],
    ] {
        let output = daypack(&folder, command);
        assert!(output.status.success() && output.stdout.len() > 100, "{command:?}");
    }
    let help = daypack(&folder, &["serve", "--help"]);
    for variable in [
        "DAYPACK_LISTEN",
        "DAYPACK_DATABASE_URL",
        "DAYPACK_DATA_DIR",
        "DAYPACK_BASE_URL",
        "DAYPACK_SIGNING_KEY",
        "DAYPACK_MAIL",
        "DAYPACK_LOG",
        "DAYPACK_RATE_LIMIT",
    ] {
        assert!(String::from_utf8_lossy(&help.stdout).contains(variable), "{variable}");
    }
}
