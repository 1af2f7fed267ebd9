//! How many minutes there were at an earlier moment, by the clocks of the organization.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use daypack_api_types::ledger::{Balance, LotBalance};
use daypack_domain::Instant;
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::{ApiProblem, packs},
    components::{Button, Form, Icon, Look, Remote, TextField, sending, use_form},
    dom,
    format::{date, lot_name, minutes},
    i18n::{t, t_with},
    pages::desk::parts::text_signal,
    place, time, zone,
};

/// What is asked about. The address has it as `2026-11-10` for the end of that day, or as `2026-11-10T14:30`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moment {
    EndOf(NaiveDate),
    At(NaiveDateTime),
}

impl Moment {
    /// Reads what a date field and a time field have, joined as in the address.
    fn parse(text: &str) -> Option<Self> {
        let shown = zone::parse(text)?;
        Some(match text.contains('T') {
            true => Self::At(shown),
            false => Self::EndOf(shown.date()),
        })
    }

    /// As the two fields write it.
    fn fields(self) -> (String, String) {
        match self {
            Self::EndOf(day) => (day.to_string(), String::new()),
            Self::At(shown) => (shown.date().to_string(), zone::clock_text(shown)),
        }
    }

    /// The last instant that belongs to it there; now at the latest, for no later minute has been moved.
    fn instant(self, zone: &str, now: Instant) -> Instant {
        let instant = match self {
            Self::EndOf(day) => {
                let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
                zone::instant(next.and_time(chrono::NaiveTime::MIN), zone) - TimeDelta::microseconds(1)
            }
            Self::At(shown) => zone::instant(shown, zone),
        };
        instant.min(now)
    }

    /// The name of the field that is ahead of the clocks there, if one is.
    fn ahead(self, shown_now: NaiveDateTime) -> Option<&'static str> {
        match self {
            Self::EndOf(day) if day > shown_now.date() => Some("day"),
            Self::At(shown) if shown.date() > shown_now.date() => Some("day"),
            Self::At(shown) if shown > shown_now => Some("hour"),
            _ => None,
        }
    }

    /// In words, where the answer is true for `as_of`.
    fn words(self, as_of: Instant, zone: &str) -> String {
        let shown = zone::local(as_of, zone);
        let day = date(shown.date());
        match self {
            Self::EndOf(asked) if asked == shown.date() && asked < zone::today(zone) => {
                t_with("as_of.end_of", &[("date", &day)])
            }
            _ => t_with("as_of.at", &[("date", &day), ("time", &zone::clock_text(shown))]),
        }
    }
}

/// The card: a day and a time, and below them what there was. `ask` changes the moment in the address.
pub fn as_of(side: Side, ask: Callback<Option<String>>) -> AnyView {
    let zone = StoredValue::new(side.zone());
    let asked = Memo::new(|_| place::query("as_of").and_then(|text| Moment::parse(&text)));
    let (day, hour) = (text_signal(""), text_signal(""));
    // The fields show what the address asks for, also when a link has changed it.
    Effect::new(move |_| {
        let (asked_day, asked_hour) = asked.get().map(Moment::fields).unwrap_or_default();
        day.set(asked_day);
        hour.set(asked_hour);
    });
    let send = sending(move || async move {
        let typed = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let (day, hour) = (typed(day), typed(hour));
        let text = if hour.is_empty() { day } else { [day, hour].join("T") };
        let Some(moment) = Moment::parse(&text) else {
            return Err(ApiProblem::fields(&[("day", "invalid_format")]));
        };
        let shown_now = zone.with_value(|zone| zone::local(time::now(), zone));
        match moment.ahead(shown_now) {
            Some(field) => Err(ApiProblem::fields(&[(field, "too_late")])),
            None => {
                ask.run(Some(text));
                Ok(())
            }
        }
    });
    let shown = move || asked.get().map(|moment| answer(side, moment, zone.get_value()));
    let clear = Callback::new(move |()| {
        dom::keep_focus();
        ask.run(None);
    });
    let cleared = move || {
        asked
            .get()
            .map(|_| view! { <Button label=t("as_of.clear") look=Look::Ghost on_click=clear /> })
    };
    let hint = zone.with_value(|zone| t_with("as_of.hint", &[("zone", zone)]));
    view! {
        <details class="card as-of" open=untrack(move || asked.get().is_some())>
            <summary>
                <Icon name="timer" />
                <h2>{t("as_of.title")}</h2>
                <span class="quiet small-text grow">{t("as_of.text")}</span>
                <Icon name="more" />
            </summary>
            <div class="pad under-heading">
                <Form send=send>
                    <div class="moment">
                        <TextField label=t("as_of.day") name="day" value=day kind="date" required=true />
                        <TextField label=t("as_of.time") name="hour" value=hour kind="time" />
                        <Ask />
                        {cleared}
                    </div>
                    <p class="quiet small-text">{hint}</p>
                </Form>
                <div aria-live="polite">{shown}</div>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn Ask() -> AnyView {
    let busy = use_form().busy();
    view! { <Button label=t("as_of.ask") submit=true busy=busy /> }.into_any()
}

fn answer(side: Side, moment: Moment, zone: String) -> AnyView {
    let instant = moment.instant(&zone, time::now());
    let balance = Remote::load(move || packs::balance_as_of(side.id, instant));
    balance.view(4, move |balance| table(&balance, moment.words(balance.as_of, &zone)))
}

fn table(balance: &Balance, title: String) -> AnyView {
    let lot = |lot: &LotBalance| {
        view! {
            <tr>
                <th scope="row">
                    {lot_name(&lot.plan_code, &lot.plan_name)}
                    <span class="until">{t_with("packs.until", &[("date", &date(lot.expires_on))])}</span>
                </th>
                <td>{minutes(lot.available_minutes)}</td>
                <td>{minutes(lot.held_minutes)}</td>
            </tr>
        }
        .into_any()
    };
    let lots = match balance.lots.is_empty() {
        true => view! { <tr><td colspan="3" class="quiet">{t("as_of.none")}</td></tr> }.into_any(),
        false => balance.lots.iter().map(lot).collect_view().into_any(),
    };
    view! {
        <table class="sums">
            <caption>{title}</caption>
            <thead>
                <tr>
                    <th scope="col">{t("ledger.lot")}</th>
                    <th scope="col">{t("as_of.available")}</th>
                    <th scope="col">{t("as_of.held")}</th>
                </tr>
            </thead>
            <tbody>{lots}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{t("as_of.all")}</th>
                    <td>{minutes(balance.available_minutes)}</td>
                    <td>{minutes(balance.held_minutes)}</td>
                </tr>
                <tr>
                    <th scope="row">{t("as_of.owed")}</th>
                    <td>{minutes(balance.debt_minutes.unwrap_or(0))}</td>
                    <td></td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{Moment, zone};

    #[test]
    fn the_address_and_the_fields_have_the_same_moment() {
        for (text, fields) in [
            ("2026-11-10", ("2026-11-10", "")),
            ("2026-11-10T14:30", ("2026-11-10", "14:30")),
            ("2026-11-10T00:00", ("2026-11-10", "00:00")),
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.fields(), (fields.0.to_owned(), fields.1.to_owned()));
        }
        for text in ["", "soon", "2026-13-01", "T14:30"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_ahead_is_told_at_its_field() {
        let now = zone::parse("2026-11-19T10:24").unwrap();
        for (text, field) in [
            ("2026-11-18", None),
            ("2026-11-19", None),
            ("2026-11-20", Some("day")),
            ("2026-11-19T10:24", None),
            ("2026-11-19T10:25", Some("hour")),
            ("2026-11-20T09:00", Some("day")),
        ] {
            assert_eq!(Moment::parse(text).unwrap().ahead(now), field, "{text}");
        }
    }
}
