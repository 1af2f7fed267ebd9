//! Stripe's scheme of signatures: `Stripe-Signature: t=1780000000,v1=5257a8…`. Each `v1` is the HMAC-SHA256, in
//! hexadecimal, of the time, a dot and the body as it came; while a secret is replaced there are several.

use daypack_domain::Instant;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::NotBelieved;

/// A signature counts so many seconds before and after the time in it.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Checks a signature. What is wrong is said before what is old: an old one is only called so when it was genuine.
///
/// # Errors
/// [`NotBelieved::Signature`], [`NotBelieved::Expired`].
pub fn verify(secret: &str, header: &str, body: &[u8], now: Instant) -> Result<(), NotBelieved> {
    let mut time = None;
    let mut genuine = false;
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match (name, time) {
            ("t", None) => time = Some(value),
            ("v1", Some(time)) => genuine |= fits(secret, time, value, body),
            _ => {}
        }
    }
    let time = time.and_then(|time| time.parse::<i64>().ok());
    match time {
        Some(time) if genuine => {
            if now.timestamp().abs_diff(time) <= TOLERANCE_SECONDS.unsigned_abs() {
                Ok(())
            } else {
                Err(NotBelieved::Expired)
            }
        }
        _ => Err(NotBelieved::Signature),
    }
}

/// The signature of a body at a time, in seconds since 1970: the `v1` of the header.
#[must_use]
pub fn sign(secret: &str, time: i64, body: &[u8]) -> String {
    let tag = mac(secret, &time.to_string(), body).map(|mac| mac.finalize().into_bytes());
    tag.map(|tag| tag.iter().map(|byte| format!("{byte:02x}")).collect())
        .unwrap_or_default()
}

fn fits(secret: &str, time: &str, signature: &str, body: &[u8]) -> bool {
    let (Some(tag), Some(mac)) = (from_hex(signature), mac(secret, time, body)) else {
        return false;
    };
    // In the same time, wherever they differ.
    mac.verify_slice(&tag).is_ok()
}

fn mac(secret: &str, time: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    const SECRET: &str = "whsec_test";
    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const TIME: i64 = 1_780_000_000;

    fn header(secret: &str, body: &[u8]) -> String {
        format!("t={TIME},v1={}", sign(secret, TIME, body))
    }

    fn checked(header: &str, after_seconds: i64) -> Result<(), NotBelieved> {
        let now = DateTime::from_timestamp(TIME + after_seconds, 0).unwrap();
        verify(SECRET, header, BODY, now)
    }

    #[test]
    fn a_signature_is_the_hmac_of_time_dot_body() {
        // printf '1780000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
        let expected = "a6cfe2114f40ec5193d0304c1e682c55fdabf04be55f4190b0c065017cb094af";
        assert_eq!(sign(SECRET, TIME, BODY), expected);
    }

    #[test]
    fn what_is_signed_counts_for_five_minutes() {
        let header = header(SECRET, BODY);
        for seconds in [-300, 0, 300] {
            assert_eq!(checked(&header, seconds), Ok(()));
        }
        for seconds in [-301, 301, 86_400] {
            assert_eq!(checked(&header, seconds), Err(NotBelieved::Expired));
        }
    }

    #[test]
    fn one_of_several_signatures_is_enough() {
        let good = sign(SECRET, TIME, BODY);
        let rolled = format!("t={TIME}, v0=abc, v1={}, v1={good}", sign("old", TIME, BODY));
        assert_eq!(checked(&rolled, 0), Ok(()));
    }

    #[test]
    fn anything_else_is_not_believed() {
        let good = sign(SECRET, TIME, BODY);
        let bad = [
            String::new(),
            "nonsense".to_owned(),
            format!("t={TIME}"),
            format!("v1={good}"),
            format!("v1={good},t={TIME}"),
            format!("t={},v1={good}", TIME + 1),
            format!("t=x,v1={good}"),
            format!("t={TIME},v0={good}"),
            format!("t={TIME},v1={}", &good[..62]),
            format!("t={TIME},v1=é"),
            header("whsec_other", BODY),
            header(SECRET, b"{}"),
        ];
        for header in bad {
            assert_eq!(checked(&header, 0), Err(NotBelieved::Signature), "{header}");
            // Old and wrong is wrong.
            assert_eq!(checked(&header, 9_999), Err(NotBelieved::Signature), "{header}");
        }
    }
}
