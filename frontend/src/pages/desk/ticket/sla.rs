//! When something is due, and why then: the strip under the title, and every clock explained.

use chrono::TimeDelta;
use daypack_api_types::{
    sla::{Clock as ClockDetail, ClockState, ClockSummary, Segment, SegmentState, Sla, SlaSummary},
    ticket::Ticket,
};
use daypack_domain::{Instant, sla::ClockKind};
use leptos::prelude::*;

use super::Desk;
use crate::{
    components::{Button, Clock, ClockState as ClockShown, Dialog, Look, Skeleton, Tag, Tone, clock_state},
    format::{self, word},
    i18n::{t, t_with, text},
    time,
};

/// The clock that matters now, its course as a bar, and how the others stand.
pub fn strip(desk: Desk) -> AnyView {
    let open = RwSignal::new(false);
    let shown = move || {
        let ticket = desk.ticket.get()?;
        let sla = desk.sla.get();
        let main = sla.as_ref().and_then(|sla| main_clock(&ticket, sla).cloned());
        if main.is_none() && ticket.summary.sla.next.is_none() {
            return ticket.summary.agreed_on.map(agreed);
        }
        Some(card(&ticket, sla, main, open))
    };
    let explained = move || match desk.sla.get() {
        Some(sla) => explanation(sla),
        None => view! { <Skeleton lines=6 /> }.into_any(),
    };
    view! { {shown} <Dialog title=t("sla.why") open=open><div class="explained">{explained}</div></Dialog> }.into_any()
}

fn agreed(day: chrono::NaiveDate) -> AnyView {
    let sentence = t_with("sla.agreed", &[("day", &format::date(day))]);
    view! { <section class="card strip"><div class="pad"><h2>{sentence}</h2></div></section> }.into_any()
}

/// The clock that lists show, else the last resolution.
fn main_clock<'a>(ticket: &Ticket, sla: &'a Sla) -> Option<&'a ClockDetail> {
    let next = ticket.summary.sla.next.as_ref().map(|next| next.clock);
    let latest = |kind: ClockKind| {
        let applies = |clock: &&ClockDetail| clock.clock == kind && clock.target_minutes.is_some();
        sla.clocks.iter().filter(applies).max_by_key(|clock| clock.cycle)
    };
    next.and_then(latest).or_else(|| latest(ClockKind::Resolution))
}

fn card(ticket: &Ticket, sla: Option<Sla>, main: Option<ClockDetail>, open: RwSignal<bool>) -> AnyView {
    let summary = match &main {
        Some(clock) => clock_summary(clock),
        None => ticket.summary.sla.next.clone(),
    };
    let Some(summary) = summary else {
        return ().into_any();
    };
    let counted = main.as_ref().and_then(|clock| {
        let values = [
            ("elapsed", format::minutes(clock.elapsed_minutes)),
            ("target", format::minutes(clock.target_minutes?)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let key = if clock.around_the_clock {
            "sla.counted_always"
        } else {
            "sla.counted"
        };
        Some(t_with(key, &values))
    });
    let others: Vec<_> = sla
        .iter()
        .flat_map(|sla| others(sla, summary.clock))
        .map(|clock| view! { <li>{other(clock)}</li> }.into_any())
        .collect();
    let bar = main.as_ref().map(bar);
    let why = Callback::new(move |()| open.set(true));
    view! {
        <section class="card strip">
            <div class="pad stack">
                <div class="row wrap">
                    <h2>{heading(&summary)}</h2>
                    {left(&summary)}
                    <span class="grow"></span>
                    <span class="quiet small-text">{counted}</span>
                    <Button label=t("sla.why") small=true look=Look::Ghost on_click=why />
                </div>
                {bar}
                {(!others.is_empty()).then(|| view! { <ul class="other-clocks">{others}</ul> })}
            </div>
        </section>
    }
    .into_any()
}

/// What is left, in working time; near its end and after it, a countdown.
fn left(summary: &ClockSummary) -> AnyView {
    const NEAR_MINUTES: i64 = 90;
    let state = clock_state(&SlaSummary {
        next: Some(summary.clone()),
        breached: false,
    });
    let until = match state {
        Some(ClockShown::Running { until, .. }) => Some(until),
        Some(ClockShown::Paused { .. }) => None,
        _ => return ().into_any(),
    };
    let far = until.is_none_or(|until| until > time::now() + TimeDelta::minutes(NEAR_MINUTES));
    match state {
        Some(state) if !far => view! { <Clock state=state /> }.into_any(),
        _ => {
            let time = format::minutes(summary.remaining_minutes);
            view! { <span class="clock">{t_with("sla.left", &[("time", &time)])}</span> }.into_any()
        }
    }
}

fn clock_summary(clock: &ClockDetail) -> Option<ClockSummary> {
    Some(ClockSummary {
        clock: clock.clock,
        state: clock.state,
        paused_by: clock.paused_by,
        due_at: clock.due_at,
        breaches_at: clock.breached_at,
        remaining_minutes: clock.remaining_minutes.unwrap_or(0),
        target_minutes: clock.target_minutes?,
    })
}

fn heading(clock: &ClockSummary) -> String {
    let name = word("sla_clock.", clock.clock.as_str());
    let due = clock
        .due_at
        .map(|due| format::moment(due, time::now()))
        .unwrap_or_default();
    let values = [("clock", name.as_str()), ("time", due.as_str())];
    match clock.state {
        ClockState::Paused => {
            let key = clock.paused_by.map_or("sla.paused", |by| match by.as_str() {
                "client" => "sla.paused_client",
                "window" => "sla.paused_window",
                "third_party" => "sla.paused_third_party",
                _ => "sla.paused",
            });
            t_with(key, &values)
        }
        ClockState::Met => t_with("sla.met", &values),
        ClockState::Cancelled | ClockState::NotApplicable => t_with("sla.cancelled", &values),
        ClockState::Breached | ClockState::LateByReclassification => t_with("sla.was_due", &values),
        ClockState::Running | ClockState::OutsideHours => t_with("sla.due", &values),
    }
}

/// The last cycle of every other clock that has a target.
fn others(sla: &Sla, main: ClockKind) -> Vec<&ClockDetail> {
    ClockKind::ALL
        .iter()
        .filter(|kind| **kind != main)
        .filter_map(|kind| {
            let of_kind = sla
                .clocks
                .iter()
                .filter(|clock| clock.clock == *kind && clock.target_minutes.is_some());
            of_kind.max_by_key(|clock| clock.cycle)
        })
        .collect()
}

fn other(clock: &ClockDetail) -> AnyView {
    let name = word("sla_clock.", clock.clock.as_str());
    let tone = state_tone(clock.state);
    let state = match (clock.state, clock.due_at) {
        (ClockState::Running | ClockState::OutsideHours, Some(due)) => {
            t_with("sla.until", &[("time", &format::moment(due, time::now()))])
        }
        (state, _) => state_word(state),
    };
    view! { <span class="quiet">{name}</span> " " <Tag text=state tone=tone /> }.into_any()
}

const fn state_tone(state: ClockState) -> Tone {
    match state {
        ClockState::Met => Tone::Good,
        ClockState::Breached => Tone::Bad,
        ClockState::LateByReclassification => Tone::Warning,
        _ => Tone::Plain,
    }
}

fn state_word(state: ClockState) -> String {
    t(match state {
        ClockState::Running => "sla_state.running",
        ClockState::OutsideHours => "sla_state.outside_hours",
        ClockState::Paused => "sla_state.paused",
        ClockState::Met => "sla_state.met",
        ClockState::Breached => "sla_state.breached",
        ClockState::LateByReclassification => "sla_state.late_by_reclassification",
        ClockState::Cancelled => "sla_state.cancelled",
        ClockState::NotApplicable => "sla_state.not_applicable",
    })
}

/// One piece of a bar.
struct Piece {
    class: &'static str,
    weight: i64,
    label: String,
}

/// A clock's course. Time that counted has its length; nights and pauses are drawn shorter than they were, or the bar
/// would show little else. The exact figures are in the table of the explanation.
fn bar(clock: &ClockDetail) -> AnyView {
    let pieces = pieces(clock);
    let all: i64 = pieces.iter().map(|piece| piece.weight).sum::<i64>().max(1);
    let share = |part: i64| format::share(part, all);
    let mut before = 0;
    let drawn: Vec<_> = pieces
        .into_iter()
        .map(|piece| {
            let (x, width) = (share(before), share(piece.weight));
            before += piece.weight;
            view! {
                <svg x=x width=width height="22" class=piece.class>
                    <title>{piece.label.clone()}</title>
                    <rect width="100%" height="22"></rect>
                    <foreignObject width="100%" height="22">
                        <div class="name" aria-hidden="true"><span>{piece.label}</span></div>
                    </foreignObject>
                </svg>
            }
            .into_any()
        })
        .collect();
    view! { <svg class="course" width="100%" height="22" role="img" aria-label=t("sla.bar")>{drawn}</svg> }.into_any()
}

fn pieces(clock: &ClockDetail) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for segment in joined(&clock.segments) {
        let length = (segment.to - segment.from).num_minutes();
        let late = clock.breached_at.is_some_and(|at| segment.from >= at);
        let (class, weight) = match segment.state {
            SegmentState::Running if late => ("late", segment.minutes.max(20)),
            SegmentState::Running => ("run", segment.minutes.max(20)),
            SegmentState::Closed => ("closed", (length / 12).clamp(15, 120)),
            SegmentState::Paused => ("paused", (length / 3).clamp(30, 480)),
        };
        let label = match segment.state {
            SegmentState::Running => format::minutes(segment.minutes),
            SegmentState::Closed if length > 16 * 60 => t("sla.weekend"),
            SegmentState::Closed => t("sla.night"),
            SegmentState::Paused => [side(&segment), format::minutes(length)].join(" · "),
        };
        pieces.push(Piece { class, weight, label });
    }
    let goes_on = matches!(
        clock.state,
        ClockState::Running | ClockState::OutsideHours | ClockState::Paused
    );
    if let Some(left) = clock.remaining_minutes.filter(|left| *left > 0 && goes_on) {
        let label = t_with("sla.left", &[("time", &format::minutes(left))]);
        pieces.push(Piece {
            class: "left",
            weight: left,
            label,
        });
    }
    pieces
}

/// Segments of the same kind that follow each other, as one; when there are many, whole weeks of days and nights become
/// one piece each between two pauses.
fn joined(segments: &[Segment]) -> Vec<Segment> {
    const MANY: usize = 12;
    let coarse = segments.len() > MANY;
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        let alike = |last: &Segment| {
            let same = last.state == segment.state && last.paused_by == segment.paused_by;
            let day_and_night = coarse && last.state == SegmentState::Running && segment.state == SegmentState::Closed;
            same || day_and_night
        };
        match joined.last_mut() {
            Some(last) if alike(last) => {
                last.to = segment.to;
                last.minutes += segment.minutes;
            }
            _ => joined.push(segment.clone()),
        }
    }
    joined
}

/// On whose side the time went.
fn side(segment: &Segment) -> String {
    let by = segment.paused_by.map(|by| word("side.", by.as_str()));
    by.unwrap_or_else(|| t("side.agency"))
}

/// Every clock with its course as a bar and as a table.
fn explanation(sla: Sla) -> AnyView {
    let now = sla.now;
    let zone = sla.time_zone;
    let clocks: Vec<_> = sla
        .clocks
        .into_iter()
        .filter(|clock| clock.target_minutes.is_some())
        .map(|clock| explained(clock, now))
        .collect();
    if clocks.is_empty() {
        return view! { <p class="quiet">{t("sla.none")}</p> }.into_any();
    }
    view! { <p class="quiet small-text">{t_with("sla.intro", &[("zone", &zone)])}</p> {clocks} }.into_any()
}

fn explained(clock: ClockDetail, now: Instant) -> AnyView {
    let name = word("sla_clock.", clock.clock.as_str());
    let name = if clock.cycle > 1 {
        format!("{name} {}", clock.cycle)
    } else {
        name
    };
    let values = [
        ("elapsed", format::minutes(clock.elapsed_minutes)),
        ("target", format::minutes(clock.target_minutes.unwrap_or(0))),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let counted = t_with("sla.counted", &values);
    let due = clock
        .due_at
        .map(|due| t_with("sla.due_full", &[("time", &format::instant_in_full(due))]));
    let rows: Vec<_> = clock.segments.iter().map(|segment| row(segment, now)).collect();
    let running = matches!(
        clock.state,
        ClockState::Running | ClockState::OutsideHours | ClockState::Breached | ClockState::Paused
    );
    view! {
        <details class="clock-detail" open=running>
            <summary>
                <b>{name}</b> <Tag text=state_word(clock.state) tone=state_tone(clock.state) />
                <span class="grow"></span> <span class="quiet small-text">{counted}</span>
            </summary>
            {bar(&clock)}
            {due.map(|due| view! { <p class="quiet small-text">{due}</p> })}
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th>{t("sla.from")}</th>
                            <th>{t("sla.to")}</th>
                            <th>{t("sla.state")}</th>
                            <th>{t("sla.side")}</th>
                            <th class="number">{t("sla.minutes")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row(segment: &Segment, now: Instant) -> AnyView {
    let state = match segment.state {
        SegmentState::Running => t("sla_state.running"),
        SegmentState::Closed => t("sla_state.outside_hours"),
        SegmentState::Paused => {
            let status = segment
                .paused_in
                .and_then(|status| text(&["status.", status.as_str()].concat()));
            let paused = t("sla_state.paused");
            status.map_or(paused.clone(), |status| format!("{paused}: {status}"))
        }
    };
    let side = match segment.state {
        SegmentState::Closed => "–".to_owned(),
        _ => side(segment),
    };
    let until = if segment.to + TimeDelta::minutes(1) > now {
        t("sla.now")
    } else {
        format::moment(segment.to, now)
    };
    view! {
        <tr>
            <td>{format::moment(segment.from, now)}</td>
            <td>{until}</td>
            <td>{state}</td>
            <td>{side}</td>
            <td class="number">{format::minutes(segment.minutes)}</td>
        </tr>
    }
    .into_any()
}
