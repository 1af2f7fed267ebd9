//! Nordic Bikes: what was delivered or taken back in the later weeks.

use daypack_domain::closure::CauseCategory::Code;
use daypack_domain::ticket::Kind::{Adaptive, Corrective, Preventive};
use daypack_domain::ticket::Severity::{P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Communication, Development, Diagnosis, Testing};

use super::{WEB_SHOP, WORKSHOP};
use crate::seed::moment::d;
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Sofia};
use crate::seed::story::{Act, Story, fix, goes, goes_because, log, offer, resolve, say, story, tested, triage};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        dependency_updates(),
        vat_for_norway(),
        old_price_list(),
        frozen_search(),
    ]
}

fn dependency_updates() -> Story {
    story(d(28, 9, 0), Approver, WORKSHOP, "Monthly updates of libraries")
        .says("The updates of this month, as in the plan for the year.")
        .affects("Nobody", 1, Workaround::Full)
        .then(d(28, 9, 30), Lead, triage(P3, Preventive, Nuria))
        .then(d(28, 9, 45), Nuria, goes(Status::Estimating))
        .then(
            d(28, 10, 0),
            Nuria,
            offer(
                150,
                "14 libraries, one of them with a security notice; tests; deployment.",
            ),
        )
        .then(d(28, 11, 0), Approver, Act::Approve)
        .then(d(27, 13, 0), Nuria, goes(Status::Fixing))
        .then(
            d(27, 16, 0),
            Nuria,
            log(150, Development, "Updates, two small adaptations"),
        )
        .then(
            d(26, 10, 0),
            Nuria,
            Act::Propose(d(25, 6, 30), 30, "Bookings are closed for a minute."),
        )
        .then(d(26, 10, 30), Approver, Act::Accept)
        .then(
            d(25, 6, 50),
            Nuria,
            resolve("14 libraries are up to date; none with an open security notice is left.").deployed_with(
                "All tests; a booking, a work order and a bill by hand.",
                "Redeploy 3.2.1.",
            ),
        )
        .then(d(24, 10, 0), Approver, Act::Confirm)
}

fn vat_for_norway() -> Story {
    story(d(25, 13, 30), Approver, WEB_SHOP, "VAT report for Norway")
        .says("From next quarter on we report the Norwegian VAT ourselves: sales by rate and month.")
        .affects("Finance, 3 people", 3, Workaround::Full)
        .then(d(25, 14, 10), Lead, triage(P3, Adaptive, Mateo))
        .then(d(25, 15, 0), Mateo, goes(Status::Estimating))
        .then(
            d(25, 15, 30),
            Mateo,
            offer(300, "Report by rate and month, export as CSV."),
        )
        .then(d(24, 11, 0), Approver, Act::Approve)
        .then(d(23, 9, 0), Mateo, goes(Status::Fixing))
        .then(d(23, 15, 0), Mateo, log(210, Development, "Report and export"))
        .then(
            d(23, 15, 5),
            Mateo,
            say("The report is in staging with last quarter's sales, if you want a look."),
        )
        .then(
            d(22, 12, 0),
            Mateo,
            log(75, Testing, "Compared with the sums of accounting"),
        )
        .then(d(22, 12, 5), Mateo, Act::Propose(d(21, 7, 0), 30, "No interruption."))
        .then(d(22, 14, 0), Approver, Act::Accept)
        .then(
            d(21, 7, 20),
            Mateo,
            resolve("Reports, “VAT Norway”: sales by rate and month, with export.").deployed_with(
                "Last quarter: same sums as accounting.",
                "The report is only read from; removing it changes nothing.",
            ),
        )
}

fn old_price_list() -> Story {
    story(
        d(9, 9, 15),
        Member,
        WEB_SHOP,
        "Dealers still see the price list of spring",
    )
    .says("Two dealers sent us the prices of spring.")
    .affects("Dealers", 2, Workaround::Full)
    .then(d(9, 9, 50), Sofia, say("We look at it right away."))
    .then(
        d(9, 10, 30),
        Member,
        say("Sorry, our mistake: they had printed it. Please forget it."),
    )
    .then(
        d(9, 10, 31),
        Member,
        goes_because(Status::Declined, "They had printed the old list."),
    )
}

fn frozen_search() -> Story {
    story(d(8, 9, 40), Member, WORKSHOP, "Search for parts freezes the tablet")
        .says(
            "Typing three letters in the search for parts freezes the tablets in the workshop for ten \
                 seconds.",
        )
        .affects("Mechanics, 9 people", 9, Workaround::Full)
        .then(d(8, 10, 20), Sofia, triage(P2, Corrective, Nuria))
        .then(
            d(8, 11, 0),
            Nuria,
            offer(120, "Search that waits for the typing to end; fewer results at once."),
        )
        .then(d(8, 13, 0), Approver, Act::Approve)
        .then(d(7, 9, 0), Nuria, goes(Status::Diagnosing))
        .then(d(7, 9, 50), Nuria, log(50, Diagnosis, "Recorded a tablet while typing"))
        .then(
            d(7, 10, 0),
            Nuria,
            fix(
                "Each letter loads all 11,000 parts again.",
                "A tablet of the same model: 9.6 seconds for \"bre\".",
            ),
        )
        .then(
            d(7, 10, 5),
            Nuria,
            say(
                "Each letter loads all parts again; the tablets are too slow for that. We search on the server \
                 instead.",
            ),
        )
        .then(
            d(7, 14, 0),
            Nuria,
            log(70, Development, "Search on the server, 30 results at once"),
        )
        .then(
            d(7, 14, 5),
            Nuria,
            tested("0.2 seconds on the tablet for 20 words.", "Redeploy 3.2.2."),
        )
        .then(
            d(7, 14, 10),
            Nuria,
            Act::Propose(d(6, 6, 30), 30, "Tablets reload by themselves."),
        )
        .then(d(7, 15, 0), Approver, Act::Accept)
        .then(
            d(6, 6, 50),
            Nuria,
            resolve("The search for parts answers in 0.2 seconds on the tablets.")
                .why(
                    Code,
                    "The page loaded all parts with each letter.",
                    "Lists over 200 rows are searched on the server: a rule for reviews now.",
                )
                .deployed(),
        )
        .then(
            d(6, 9, 0),
            Nuria,
            log(15, Communication, "Showed the mechanics").not_billable(),
        )
        .then(d(5, 8, 30), Member, Act::Confirm)
}
