//! The program from the outside: what stops it, it says in one line.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use daypack_store::{
    Store, StoreOptions,
    testing::{Folder, used_by_a_newer_program},
};

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daypack"));
    command
        .args(arguments)
        .env_clear()
        .env("DAYPACK_DATA_DIR", &folder.0)
        .env("DAYPACK_LISTEN", "127.0.0.1:0");
    command
}

fn daypack(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
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
fn a_folder_that_cannot_be_written_is_said_in_one_line() {
    let folder = Folder::new();
    // There, and not even the superuser makes a file in it.
    refuses(
        &daypack(&folder, &["migrate", "--data-dir", "/proc/self"]),
        "DAYPACK_DATA_DIR",
    );
}

#[test]
fn a_folder_for_mails_or_files_that_is_none_is_said_in_one_line() {
    let folder = Folder::new();
    let mut migrate = command(&folder, &["migrate"]);
    let output = migrate.env("DAYPACK_MAIL", "file:/proc/self/mails").output().unwrap();
    refuses(&output, "/proc/self/mails");
    std::fs::write(folder.0.join("files"), b"").unwrap();
    refuses(&daypack(&folder, &["migrate"]), "files");
}

#[test]
fn a_database_of_a_newer_program_is_said_in_one_line() {
    let folder = Folder::new();
    let url = format!("sqlite://{}", folder.0.join("daypack.sqlite").display());
    let run = |command: &[&str]| daypack(&folder, &[command, &["--database-url", &url]].concat());
    assert!(run(&["migrate"]).status.success());
    let store = Store::open(StoreOptions::new(&url)).unwrap();
    used_by_a_newer_program(&store);
    drop(store);
    for command in [&["serve"][..], &["migrate"], &["seed", "--demo"]] {
        refuses(&run(command), "newer");
    }
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
fn asked_to_end_it_answers_what_it_began_and_ends() {
    let folder = Folder::new();
    let mut server = command(&folder, &["serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    let address = said.trim().rsplit("http://").next().unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let body = r#"{ "email": "nobody@acme.example", "password": "a wrong password" }"#;
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // It says so once it has begun; before, it owes nobody an answer.
    let mut begun = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut begun).unwrap();
    assert!(
        begun.starts_with(b"HTTP/1.1 100 "),
        "{}",
        String::from_utf8_lossy(&begun)
    );
    stream.write_all(&body.as_bytes()[..10]).unwrap();
    let asked = Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    assert!(asked.unwrap().success());
    // The second half comes when nobody listens any more.
    let asked = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(asked.elapsed() < Duration::from_secs(10), "it goes on listening");
        std::thread::sleep(Duration::from_millis(10));
    }
    stream.write_all(&body.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(server.wait().unwrap().success());
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
