//! Configuration, from the environment (or the same options on the command line). Contradictions stop the start with
//! one line that says what to do.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;

use crate::{edge::body::BODY_TIMEOUT, error::StartError, payments::PaymentSettings};

/// What the person who runs the server sets.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Where to listen, `DAYPACK_LISTEN`.
    #[arg(
        long,
        env = "DAYPACK_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT"
    )]
    pub listen: SocketAddr,
    /// The folder for the database, the signing key, uploads and mail, `DAYPACK_DATA_DIR`.
    #[arg(long, env = "DAYPACK_DATA_DIR", default_value = "./data", value_name = "FOLDER")]
    pub data_dir: PathBuf,
    /// The database, `DAYPACK_DATABASE_URL`: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME
    /// [default: a SQLite file in the data folder].
    #[arg(long, env = "DAYPACK_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// The address people use, `DAYPACK_BASE_URL`; links in mail begin with it [default: http://LISTEN].
    #[arg(long, env = "DAYPACK_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// The secret that signs access tokens and cursors, `DAYPACK_SIGNING_KEY`: 32 characters or more
    /// [default: made once and kept in the data folder].
    #[arg(long, env = "DAYPACK_SIGNING_KEY", hide_env_values = true, value_name = "SECRET")]
    pub signing_key: Option<String>,
    /// Where mail goes, `DAYPACK_MAIL`: file:FOLDER [default: the folder `mail` of the data folder].
    #[arg(long, env = "DAYPACK_MAIL", hide_env_values = true, value_name = "TARGET")]
    pub mail: Option<String>,
    /// What is logged, `DAYPACK_LOG`, for instance `info` or `warn,daypack_server=debug`.
    #[arg(long, env = "DAYPACK_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    /// Requests a minute for each caller, `DAYPACK_RATE_LIMIT`, or `off`.
    #[arg(long, env = "DAYPACK_RATE_LIMIT", default_value = "600", value_name = "NUMBER|off")]
    pub rate_limit: String,
    /// Addresses of proxies whose X-Forwarded-For is believed, `DAYPACK_TRUSTED_PROXIES`, separated by commas.
    #[arg(
        long,
        env = "DAYPACK_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_name = "ADDRESSES"
    )]
    pub trusted_proxies: Vec<IpAddr>,
    /// Lets `/metrics` be read from elsewhere with this bearer token, `DAYPACK_METRICS_TOKEN`
    /// [default: only this machine may read it].
    #[arg(long, env = "DAYPACK_METRICS_TOKEN", hide_env_values = true, value_name = "SECRET")]
    pub metrics_token: Option<String>,
    /// How often due jobs are looked for, `DAYPACK_JOBS`, in seconds, or `off` where another process does them.
    #[arg(long, env = "DAYPACK_JOBS", default_value = "10", value_name = "SECONDS|off")]
    pub jobs: String,
    /// How payments are taken online.
    #[command(flatten)]
    pub payments: PaymentSettings,
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTarget {
    /// Files ending in `.eml`.
    Folder(PathBuf),
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DAYPACK_LISTEN`.
    pub listen: SocketAddr,
    /// `DAYPACK_DATA_DIR`; exists and can be written.
    pub data_dir: PathBuf,
    /// `DAYPACK_DATABASE_URL`.
    pub database_url: String,
    /// `DAYPACK_BASE_URL`, without a slash at the end. Empty until the port is known when it was to be chosen freely.
    pub base_url: String,
    /// `DAYPACK_SIGNING_KEY`, or the one kept in the data folder.
    pub signing_key: Vec<u8>,
    /// `DAYPACK_MAIL`.
    pub mail: MailTarget,
    /// `DAYPACK_RATE_LIMIT`: requests a minute for each caller.
    pub rate_limit: Option<u32>,
    /// `DAYPACK_TRUSTED_PROXIES`.
    pub trusted_proxies: Vec<IpAddr>,
    /// `DAYPACK_METRICS_TOKEN`.
    pub metrics_token: Option<String>,
    /// `DAYPACK_JOBS`: how often due jobs are looked for.
    pub jobs_interval: Option<Duration>,
    /// `DAYPACK_PAYMENT_PROVIDER` and what it needs.
    pub payments: PaymentSettings,
    /// How long a JSON body may take to arrive; always the same outside of tests.
    pub body_timeout: Duration,
}

/// A signing key shorter than this could be guessed.
const MINIMUM_KEY_LENGTH: usize = 32;

impl Config {
    /// Checks the settings and prepares the data folder.
    ///
    /// # Errors
    /// One line that names the variable and says what to do.
    pub fn prepare(settings: Settings) -> Result<Self, StartError> {
        prepare_folder(&settings.data_dir, "DAYPACK_DATA_DIR")?;
        let database_url = settings
            .database_url
            .unwrap_or_else(|| format!("sqlite://{}", settings.data_dir.join("daypack.sqlite").display()));
        let base_url = match settings.base_url {
            Some(url) => checked_base_url(&url)?,
            None => default_base_url(settings.listen),
        };
        let signing_key = match settings.signing_key {
            Some(key) if key.len() < MINIMUM_KEY_LENGTH => {
                return Err(StartError::new(format!(
                    "DAYPACK_SIGNING_KEY has {} characters: use {MINIMUM_KEY_LENGTH} or more, or leave it out and one \
                     is made and kept in the data folder",
                    key.len()
                )));
            }
            Some(key) => key.into_bytes(),
            None => kept_signing_key(&settings.data_dir)?,
        };
        let mail = match settings.mail.as_deref() {
            None => MailTarget::Folder(settings.data_dir.join("mail")),
            Some(target) => checked_mail(target)?,
        };
        let MailTarget::Folder(mails) = &mail;
        prepare_folder(mails, "DAYPACK_MAIL")?;
        prepare_folder(&settings.data_dir.join("files"), "DAYPACK_DATA_DIR")?;
        Ok(Self {
            listen: settings.listen,
            data_dir: settings.data_dir,
            database_url,
            base_url,
            signing_key,
            mail,
            rate_limit: checked_rate_limit(&settings.rate_limit)?,
            trusted_proxies: settings.trusted_proxies,
            metrics_token: settings.metrics_token.filter(|token| !token.is_empty()),
            jobs_interval: checked_jobs_interval(&settings.jobs)?,
            payments: settings.payments,
            body_timeout: BODY_TIMEOUT,
        })
    }

    /// The name of this server, as in its address.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        rest.rsplit_once(':').map_or(rest, |(host, _)| host)
    }

    /// Whether people reach the server through TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether cookies carry `Secure`: browsers take it over TLS, and on this machine without.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.is_https() || is_loopback_url(&self.base_url)
    }
}

fn default_base_url(listen: SocketAddr) -> String {
    let host = if listen.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        listen.ip()
    };
    format!("http://{}", SocketAddr::new(host, listen.port()))
}

fn is_loopback_url(url: &str) -> bool {
    let host = url.trim_start_matches("http://");
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|known| {
        host.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/'))
    })
}

fn checked_base_url(url: &str) -> Result<String, StartError> {
    let url = url.trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .unwrap_or_default();
    if rest.is_empty() || rest.contains(['/', '?', '#', '@', ' ']) {
        return Err(StartError::new(format!(
            "DAYPACK_BASE_URL is `{url}`: use http:// or https://, a name and perhaps a port, such as \
             https://help.example.com"
        )));
    }
    Ok(url.to_owned())
}

fn checked_mail(target: &str) -> Result<MailTarget, StartError> {
    if let Some(folder) = target.strip_prefix("file:").filter(|folder| !folder.is_empty()) {
        return Ok(MailTarget::Folder(PathBuf::from(folder)));
    }
    if target.starts_with("smtp://") || target.starts_with("smtps://") {
        return Err(StartError::new(
            "DAYPACK_MAIL names a mail server, which this version cannot use yet: use file:FOLDER",
        ));
    }
    Err(StartError::new("DAYPACK_MAIL is not understood: use file:FOLDER"))
}

fn checked_rate_limit(text: &str) -> Result<Option<u32>, StartError> {
    match text {
        "off" => Ok(None),
        number => match number.parse() {
            Ok(0) | Err(_) => Err(StartError::new(format!(
                "DAYPACK_RATE_LIMIT is `{text}`: use a number of requests a minute, or off"
            ))),
            Ok(number) => Ok(Some(number)),
        },
    }
}

fn checked_jobs_interval(text: &str) -> Result<Option<Duration>, StartError> {
    match text {
        "off" => Ok(None),
        number => match number.parse() {
            Ok(0) | Err(_) => Err(StartError::new(format!(
                "DAYPACK_JOBS is `{text}`: use a number of seconds between two looks, or off"
            ))),
            Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        },
    }
}

/// Makes the folder when it is not there, for this user alone, and tries that files can be written: what is in it are
/// secrets, down to the links in mails.
fn prepare_folder(folder: &Path, variable: &str) -> Result<(), StartError> {
    let unwritable = |error: std::io::Error| {
        StartError::new(format!(
            "cannot write to the folder {}: {error}; give this user the right to, or set {variable} to another folder",
            folder.display()
        ))
    };
    let mut maker = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.recursive(true).create(folder).map_err(unwritable)?;
    let probe = folder.join(format!(".daypack-probe-{}", std::process::id()));
    std::fs::write(&probe, b"").map_err(unwritable)?;
    std::fs::remove_file(&probe).map_err(unwritable)
}

/// The key of an earlier start, or a new one. Only this user may read the file.
fn kept_signing_key(folder: &Path) -> Result<Vec<u8>, StartError> {
    let path = folder.join("signing-key");
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= MINIMUM_KEY_LENGTH => return Ok(text.trim().as_bytes().to_vec()),
        Ok(_) => {
            return Err(StartError::new(format!(
                "the signing key in {} is too short: remove the file and a new one is made (people sign in again)",
                path.display()
            )));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(StartError::new(format!("cannot read {}: {error}", path.display()))),
    }
    let text = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 48]>());
    match write_private(&path, &text) {
        // Another process was faster.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => kept_signing_key(folder),
        Err(error) => Err(StartError::new(format!("cannot write {}: {error}", path.display()))),
        Ok(()) => Ok(text.into_bytes()),
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    // Complete under a name of its own before it gets the name that others read.
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        settings: Settings,
    }

    fn prepare(folder: &Path, options: &[&str]) -> Result<Config, StartError> {
        let data_dir = folder.display().to_string();
        let arguments = ["daypack", "--data-dir", &data_dir]
            .into_iter()
            .chain(options.iter().copied());
        Config::prepare(Command::parse_from(arguments).settings)
    }

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("daypack-config-{}-{name}", std::process::id()))
    }

    #[test]
    fn defaults_work_and_the_key_is_kept() {
        let folder = folder("defaults");
        let first = prepare(&folder, &[]).unwrap();
        let second = prepare(&folder, &[]).unwrap();
        assert_eq!(first.signing_key, second.signing_key);
        assert_eq!(first.base_url, "http://127.0.0.1:8080");
        assert_eq!(first.rate_limit, Some(600));
        assert!(first.secure_cookies() && !first.is_https());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn contradictions_name_the_variable() {
        let folder = folder("contradictions");
        for (option, value, word) in [
            ("--signing-key", "short", "DAYPACK_SIGNING_KEY"),
            ("--base-url", "ftp://example.com", "DAYPACK_BASE_URL"),
            ("--base-url", "https://example.com/path", "DAYPACK_BASE_URL"),
            ("--mail", "nowhere", "DAYPACK_MAIL"),
            ("--mail", "smtp://example.com", "DAYPACK_MAIL"),
            ("--rate-limit", "0", "DAYPACK_RATE_LIMIT"),
            ("--rate-limit", "many", "DAYPACK_RATE_LIMIT"),
            ("--jobs", "0", "DAYPACK_JOBS"),
        ] {
            let line = prepare(&folder, &[option, value]).unwrap_err().to_string();
            assert!(line.contains(word) && !line.contains('\n'), "{line}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn cookies_are_secure_where_browsers_take_it() {
        assert!(is_loopback_url("http://localhost:8080") && is_loopback_url("http://[::1]"));
        assert!(!is_loopback_url("http://localhost.example.com") && !is_loopback_url("http://192.168.1.5"));
    }
}
