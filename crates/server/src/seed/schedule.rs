//! From stories to steps: each with its instant, all in order.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};
use daypack_domain::{Instant, zone::Zone};

use super::{
    moment::business_day_from,
    people::{CLIENTS, Client, DemoClient, DemoOrder, Placed},
    stories,
    story::Story,
};

/// The data goes back so many weeks; only the packs are older.
pub const WEEKS: u64 = 8;

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// The organization is set up, with its people and systems.
    SetUp(Client),
    /// An order is placed: its position among the client's.
    Place(Client, usize),
    /// Its payment is confirmed.
    Pay(Client, usize),
    /// The owner gives a standing approval.
    Stand(Client),
    /// What becomes due by itself in the course of a day.
    Night(Client),
    /// The weekly summary is made.
    Monday(Client),
    /// The beginning of a story: its position among the client's.
    Open(Client, usize),
    /// Something that somebody did in a story: its position there.
    Act(Client, usize, usize),
}

impl Deed {
    /// Whose it is.
    pub fn client(self) -> Client {
        match self {
            Self::SetUp(client)
            | Self::Place(client, _)
            | Self::Pay(client, _)
            | Self::Stand(client)
            | Self::Night(client)
            | Self::Monday(client)
            | Self::Open(client, _)
            | Self::Act(client, ..) => client,
        }
    }
}

/// A deed at its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub deed: Deed,
}

/// Everything that happened until `now`, in order.
pub fn schedule(now: Instant) -> Vec<Step> {
    let mut steps = Vec::new();
    for client in &CLIENTS {
        let zone = Zone::parse(client.zone).unwrap_or(Zone::UTC);
        let since = set_up(client, zone, now, &mut steps);
        routine(client.client, zone, since, now, &mut steps);
        for (index, story) in stories::of(client.client).iter().enumerate() {
            tell(client.client, index, story, zone, now, &mut steps);
        }
    }
    // What happens at one instant keeps the order of the kinds of deeds: summaries come before the day's requests.
    steps.sort();
    steps
}

/// Gives the instant at which the organization is set up.
fn set_up(client: &DemoClient, zone: Zone, now: Instant, steps: &mut Vec<Step>) -> Instant {
    let mut first = now;
    for (index, order) in client.orders.iter().enumerate() {
        let (placed_at, paid_at) = order_instants(order, zone, now);
        first = first.min(placed_at);
        steps.push(Step {
            at: placed_at,
            deed: Deed::Place(client.client, index),
        });
        if order.payment.is_some() {
            steps.push(Step {
                at: paid_at,
                deed: Deed::Pay(client.client, index),
            });
        }
    }
    if let Some(standing) = &client.standing {
        steps.push(Step {
            at: standing.at.at(zone, now),
            deed: Deed::Stand(client.client),
        });
    }
    let since = first - TimeDelta::days(1);
    steps.push(Step {
        at: since,
        deed: Deed::SetUp(client.client),
    });
    since
}

/// When an order is placed, and when its payment arrives.
fn order_instants(order: &DemoOrder, zone: Zone, now: Instant) -> (Instant, Instant) {
    match order.placed {
        Placed::At(moment) => {
            let at = moment.at(zone, now);
            (at, at + TimeDelta::hours(3))
        }
        Placed::ExpiringIn { days, months } => {
            let expires_on = zone.date_at(now) + TimeDelta::days(days);
            let activated_on = expires_on.checked_sub_months(Months::new(months)).unwrap_or(expires_on);
            let activated_on = business_day_from(activated_on);
            let placed_on = activated_on.checked_sub_days(Days::new(1)).unwrap_or(activated_on);
            (local(zone, placed_on, 16, 10), local(zone, activated_on, 10, 40))
        }
    }
}

fn local(zone: Zone, date: NaiveDate, hour: u32, minute: u32) -> Instant {
    zone.instant(date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(hour * 60 + minute)))
}

/// What Daypack does by itself: summaries from the first week on, the rest as long as there are requests.
fn routine(client: Client, zone: Zone, since: Instant, now: Instant, steps: &mut Vec<Step>) {
    let today = zone.date_at(now);
    let first_night = today.checked_sub_days(Days::new(7 * (WEEKS + 1))).unwrap_or(today);
    for date in zone.date_at(since).iter_days().take_while(|date| *date <= today) {
        let mut add = |at: Instant, deed| {
            if since < at && at <= now {
                steps.push(Step { at, deed });
            }
        };
        if date >= first_night {
            add(local(zone, date, 0, 5), Deed::Night(client));
        }
        if date.weekday() == Weekday::Mon {
            add(local(zone, date, 8, 0), Deed::Monday(client));
        }
    }
}

/// A story's steps: never before the one before them, never in the future.
fn tell(client: Client, index: usize, story: &Story, zone: Zone, now: Instant, steps: &mut Vec<Step>) {
    let mut last = story.at.at(zone, now);
    steps.push(Step {
        at: last,
        deed: Deed::Open(client, index),
    });
    for (position, (moment, _, _)) in story.acts.iter().enumerate() {
        // Working minutes before now can reach back before what was said by the day: early on a Monday, for instance.
        last = moment.at(zone, now).max(last + TimeDelta::minutes(1)).min(now);
        steps.push(Step {
            at: last,
            deed: Deed::Act(client, index, position),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn instant(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn steps_are_in_order_and_past_whenever_the_data_is_made() {
        let first = instant("2026-03-20T00:11:00Z");
        for hours in 0..(24 * 16) {
            let now = first + TimeDelta::hours(hours);
            let steps = schedule(now);
            assert!(steps.is_sorted());
            assert!(steps.last().is_some_and(|step| step.at <= now));
            assert_eq!(steps, schedule(now), "the same for the same moment");
            let mut told: BTreeMap<(Client, usize), (Instant, usize)> = BTreeMap::new();
            for step in &steps {
                match step.deed {
                    Deed::Open(client, story) => {
                        assert_eq!(told.insert((client, story), (step.at, 0)), None);
                    }
                    Deed::Act(client, story, position) => {
                        let before = told.insert((client, story), (step.at, position + 1)).unwrap();
                        assert_eq!(before.1, position, "{client:?} story {story} at {now}");
                        assert!(before.0 < step.at, "{client:?} story {story}, act {position} at {now}");
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn stories_are_told_in_working_hours_except_for_the_odd_night() {
        let now = instant("2026-11-20T16:00:00Z");
        let mut odd = 0;
        for client in &CLIENTS {
            let zone = Zone::parse(client.zone).unwrap();
            for step in schedule(now).iter().filter(|step| step.deed.client() == client.client) {
                if let Deed::Act(..) | Deed::Open(..) = step.deed {
                    let local = zone.local(step.at);
                    assert!(!matches!(local.weekday(), Weekday::Sat | Weekday::Sun), "{local}");
                    let hour = chrono::Timelike::hour(&local);
                    odd += usize::from(!(6..=20).contains(&hour));
                }
            }
        }
        // A night with a full disk, and an update shortly before midnight.
        assert!((1..=20).contains(&odd), "{odd} steps at odd hours");
    }

    #[test]
    fn packs_of_acme_expire_in_about_a_week_and_a_half() {
        let now = instant("2026-11-21T16:00:00Z");
        let zone = Zone::parse("Europe/Madrid").unwrap();
        let (placed_at, paid_at) = order_instants(&CLIENTS[0].orders[0], zone, now);
        assert!(placed_at < paid_at);
        let expires_on = zone.date_at(paid_at) + Months::new(6);
        let days = (expires_on - zone.date_at(now)).num_days();
        assert!((7..=12).contains(&days), "{days} days");
    }
}
