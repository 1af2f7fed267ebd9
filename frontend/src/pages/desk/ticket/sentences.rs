//! Events as one sentence each: who did it stands before.

use chrono::NaiveDate;
use daypack_api_types::Person;
use daypack_domain::Instant;
use serde_json::Value;

use crate::{
    api::tickets::Happening,
    format::{self, word},
    i18n::{t, t_with, text},
    zone,
};

/// What happened, without who did it, with the names of these people; nothing for events that this page does not tell.
pub fn sentence(happening: &Happening, people: &[Person]) -> Option<String> {
    let key = ["event.", &happening.name].concat();
    let field = |name: &str| happening.particular(name);
    let minutes = |name: &str| format::minutes(field(name).as_i64().unwrap_or(0));
    let day = |name: &str, said: fn(NaiveDate) -> String| {
        let day = field(name).as_str().and_then(zone::parse);
        day.map(|day| said(day.date())).unwrap_or_default()
    };
    let said = match happening.name.split_once('.')? {
        ("ticket", "triaged") => {
            let values = [
                (
                    "severity",
                    field("severity").as_str().unwrap_or_default().to_uppercase(),
                ),
                ("kind", named("kind.", field("kind")).to_lowercase()),
                ("scope", named("scope.", field("scope"))),
            ];
            filled(&key, &values)
        }
        ("ticket", "assigned") => {
            let id = field("assignee_id").as_str().unwrap_or_default();
            match people.iter().find(|person| person.id.to_string() == id) {
                Some(person) => t_with("event.assigned_to", &[("name", &person.name)]),
                None => t(&key),
            }
        }
        ("ticket", "status_changed") => filled(&key, &[("status", named("status.", field("to")))]),
        ("ticket", "evidence_recorded") => {
            let pieces: Vec<String> = field("pieces")
                .as_array()
                .into_iter()
                .flatten()
                .map(|piece| named("piece.", piece))
                .collect();
            filled(&key, &[("pieces", pieces.join(", "))])
        }
        ("ticket", "closed") if field("automatic").as_bool() == Some(true) => t("event.closed_itself"),
        ("ticket", "sla_warned") => {
            let percent = field("percent").as_i64().unwrap_or(0);
            let values = [
                ("clock", named("sla_clock.", field("clock"))),
                ("percent", format::percent(percent as f64 / 100.0)),
            ];
            filled(if percent >= 100 { "event.breached" } else { &key }, &values)
        }
        ("estimate", "offered") => {
            let until = instant(field("valid_until"))
                .map(format::instant_day)
                .unwrap_or_default();
            filled(&key, &[("time", minutes("minutes")), ("until", until)])
        }
        ("estimate", "approved") => {
            let channel = field("channel").as_str().unwrap_or_default();
            let via = text(&["approval_channel.", channel].concat()).unwrap_or_default();
            [filled(&key, &[("time", minutes("minutes"))]), via]
                .join(" ")
                .trim_end()
                .to_owned()
        }
        ("estimate", "disputed") => filled(&key, &[("time", minutes("released_minutes"))]),
        ("time", "logged") => {
            let values = [
                ("time", minutes("minutes")),
                ("billable", minutes("billable_minutes")),
                ("day", day("worked_on", format::day)),
            ];
            filled(&key, &values)
        }
        ("ticket", "held_long") => {
            let ended = day("expires_on", format::date);
            filled(&key, &[("time", minutes("minutes")), ("day", ended)])
        }
        ("ticket", "minutes_released") => filled(&key, &[("time", minutes("minutes"))]),
        ("time", "reversed") => filled(&key, &[("time", minutes("billable_minutes"))]),
        ("window", "proposed" | "accepted") => {
            let period = instant(field("starts_at")).zip(instant(field("ends_at")));
            let period = period.map(|(from, to)| format::window(from, to)).unwrap_or_default();
            filled(&key, &[("window", period)])
        }
        // Everything else needs no particulars. Organization's events do not come here.
        ("ticket" | "estimate" | "window", _) => text(&key)?,
        _ => return None,
    };
    Some(said)
}

/// What somebody wrote along with it.
pub fn quote(happening: &Happening) -> Option<String> {
    let name = match happening.name.split_once('.')? {
        ("ticket", "mitigated") => "what_was_done",
        ("ticket", "resolved") => {
            return happening.particular("record")["what_was_done"]
                .as_str()
                .map(str::to_owned);
        }
        _ => "reason",
    };
    happening.particular(name).as_str().map(str::to_owned)
}

fn named(group: &str, value: &Value) -> String {
    value.as_str().map(|stable| word(group, stable)).unwrap_or_default()
}

fn instant(value: &Value) -> Option<Instant> {
    serde_json::from_value(value.clone()).ok()
}

fn filled(key: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    t_with(key, &values)
}
