//! Acme Retail: what was delivered, answered or refused in the first weeks.

use daypack_domain::closure::CauseCategory::{Code, Configuration};
use daypack_domain::ticket::Kind::{Corrective, Evolutionary, Preventive};
use daypack_domain::ticket::Severity::{P1, P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Communication, Development, Diagnosis, Testing};

use super::{BACK_OFFICE, SHOP};
use crate::seed::files::RESTORE_LOG;
use crate::seed::moment::d;
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Owner, Sofia};
use crate::seed::story::{
    Act, Story, ask, fix, goes, goes_because, log, note, offer, resolve, say, story, triage, without_window,
};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        search_with_accents(),
        orders_stuck_after_payment(),
        delivery_date_in_the_list(),
        how_to_export(),
        restore_test(),
        question_without_answer(),
    ]
}

fn search_with_accents() -> Story {
    story(d(39, 10, 20), Member, SHOP, "Search finds no products with an accent")
        .says(
            "Searching for *sofá* gives nothing, *sofa* gives 14 products. The same with *lámpara* and \
                 *jardín*. It worked before the summer.",
        )
        .affects("Customers of the online shop", 40, Workaround::Full)
        .then(d(39, 11, 5), Lead, triage(P2, Corrective, Sofia))
        .then(
            d(39, 12, 40),
            Sofia,
            offer(
                180,
                "Find why accents are lost, rebuild the search index, test with the 200 most searched words.",
            ),
        )
        .then(d(39, 13, 10), Approver, Act::Approve)
        .then(d(38, 9, 30), Sofia, goes(Status::Diagnosing))
        .then(
            d(38, 10, 50),
            Sofia,
            log(75, Diagnosis, "Compared index settings of staging and production"),
        )
        .then(
            d(38, 11, 0),
            Sofia,
            fix(
                "The index was rebuilt in July with the default analyzer: accents are not folded.",
                "Rebuilt the index in staging with the production settings: *sofá* finds nothing, *sofa* finds \
                 14.",
            ),
        )
        .then(
            d(38, 11, 5),
            Sofia,
            say(
                "Found it: the search index was rebuilt in July with a setting that keeps accents apart. I am \
                 rebuilding it with the right one in staging now.",
            ),
        )
        .then(
            d(38, 13, 0),
            Sofia,
            log(
                90,
                Development,
                "Analyzer with accent folding, rebuild of the index in staging",
            ),
        )
        .then(
            d(38, 15, 30),
            Sofia,
            Act::Propose(
                d(37, 20, 0),
                60,
                "The shop stays open; for some minutes the search may show fewer products.",
            ),
        )
        .then(d(38, 16, 10), Approver, Act::Accept)
        .then(
            d(37, 20, 40),
            Sofia,
            resolve("The search index was rebuilt with accent folding: *sofá* and *sofa* find the same 14 products.")
                .why(
                    Configuration,
                    "The script that rebuilds the index did not carry the analyzer over and used the default.",
                    "The analyzer is part of the script now, and a smoke test searches for three words with accents \
                 after each rebuild.",
                )
                .deployed_with(
                    "The 200 most searched words in staging and after the deployment: same counts with and without \
                 accents.",
                    "The old index is kept for a week under its own name; switching the alias back takes a minute.",
                ),
        )
        .then(
            d(36, 9, 15),
            Member,
            say("Works, thank you. The number of searches without a result is back to normal."),
        )
        .then(d(36, 9, 16), Member, Act::Confirm)
}

fn orders_stuck_after_payment() -> Story {
    story(
        d(38, 9, 42),
        Member,
        SHOP,
        "Orders from the shop stop at \"payment accepted\"",
    )
    .says(
        "Since 08:30 paid orders do not reach the warehouse. 23 so far. Customers get the confirmation, \
                 but nothing is picked.",
    )
    .affects(
        "Warehouse and customer service, all orders of today",
        9,
        Workaround::Partial,
    )
    .then(
        d(38, 10, 5),
        Lead,
        triage(P1, Corrective, Nuria).plan(
            "Send the waiting orders by hand every half hour",
            "Find why the queue stopped and make it start again by itself",
        ),
    )
    .then(
        d(38, 10, 20),
        Nuria,
        say(
            "We see the 23 orders; none is lost. I am sending them to the warehouse by hand while we look \
                 for the cause.",
        ),
    )
    .then(
        d(38, 10, 35),
        Nuria,
        offer(
            300,
            "Bring the waiting orders to the warehouse, find the cause, fix and deploy today.",
        ),
    )
    .then(d(38, 10, 48), Owner, Act::Approve)
    .then(d(38, 10, 50), Nuria, goes(Status::Diagnosing))
    .then(
        d(38, 11, 10),
        Nuria,
        Act::Mitigate(
            "All 31 waiting orders were sent to the warehouse by hand; repeated every 30 minutes until the \
                 fix.",
        ),
    )
    .then(
        d(38, 12, 30),
        Nuria,
        log(
            110,
            Diagnosis,
            "Queue worker dies on one order with an emoji in the gift note",
        ),
    )
    .then(
        d(38, 12, 35),
        Nuria,
        fix(
            "One order has an emoji in its gift note. The worker fails on it, starts again and takes the \
                 same order first.",
            "Placed an order with the same note in staging: the worker stops at it for ever.",
        ),
    )
    .then(
        d(38, 13, 30),
        Nuria,
        say(
            "One single order blocked all others. The fix puts such an order aside and goes on; we test it \
                 now.",
        ),
    )
    .then(
        d(38, 16, 0),
        Nuria,
        log(
            150,
            Development,
            "Put failing orders aside after three attempts; store notes as UTF-8",
        ),
    )
    .then(
        d(38, 16, 30),
        Nuria,
        without_window("Orders were being sent by hand all day; Laura asked on the phone to deploy at once."),
    )
    .then(
        d(38, 17, 10),
        Nuria,
        resolve(
            "Orders flow to the warehouse again. All 47 orders of the day arrived; none was lost or sent \
                 twice.",
        )
        .why(
            Code,
            "The worker took the first order of the queue again and again, and could not store an emoji in \
                 the gift note.",
            "Orders that fail three times are put aside and reported, so that one can never stop the \
                 others.",
        )
        .deployed_with(
            "Replayed the 47 orders of the day in staging; the one with the emoji is stored as written.",
            "The former worker image is tagged; rolling back takes two minutes and loses no order.",
        ),
    )
    .then(
        d(37, 9, 10),
        Owner,
        say("Thank you for the speed. Nothing is missing here."),
    )
    .then(d(37, 9, 11), Owner, Act::Confirm)
}

fn delivery_date_in_the_list() -> Story {
    story(
        d(36, 16, 30),
        Approver,
        BACK_OFFICE,
        "Show the promised delivery date in the order list",
    )
    .says(
        "Customer service opens every order to read the promised date. A column would save us a lot of \
                 clicks.",
    )
    .affects("Customer service, 8 people", 8, Workaround::Full)
    .then(
        d(35, 9, 20),
        Lead,
        triage(P3, Evolutionary, Mateo).because("An improvement: it goes to the backlog until you want it"),
    )
    .then(
        d(33, 10, 0),
        Owner,
        say("We would like this one soon, it is asked for every week."),
    )
    .then(d(33, 11, 30), Mateo, goes(Status::Estimating))
    .then(
        d(33, 12, 0),
        Mateo,
        offer(
            240,
            "Column with sorting and filter, shown by default to customer service.",
        )
        .fixed()
        .line("Column, sorting and filter", 180)
        .line("Export and tests", 60),
    )
    .then(d(33, 16, 45), Approver, Act::Approve)
    .then(d(32, 9, 10), Mateo, goes(Status::Fixing))
    .then(
        d(32, 12, 10),
        Mateo,
        log(150, Development, "Column, sorting, filter by range"),
    )
    .then(d(31, 10, 0), Mateo, goes(Status::AwaitingValidation))
    .then(
        d(31, 10, 2),
        Mateo,
        say("It is in staging: please try the column and the filter with your own orders."),
    )
    .then(
        d(31, 15, 20),
        Approver,
        say("Looks right. Could the column come before the state? Otherwise fine."),
    )
    .then(
        d(31, 16, 30),
        Mateo,
        log(45, Testing, "Moved the column, tested the export"),
    )
    .then(d(31, 16, 40), Mateo, Act::Propose(d(30, 19, 0), 30, "No interruption."))
    .then(d(31, 17, 5), Approver, Act::Accept)
    .then(
        d(30, 19, 20),
        Mateo,
        resolve(
            "The order list shows the promised delivery date, with sorting and a filter by range; the \
                 export has it too.",
        )
        .deployed_with(
            "Compared 50 orders in list, detail and export.",
            "A switch turns the column off without a deployment.",
        ),
    )
    .then(d(29, 9, 40), Approver, Act::Confirm)
}

fn how_to_export() -> Story {
    story(
        d(34, 12, 15),
        Member,
        BACK_OFFICE,
        "How can I export the customers of one shop only?",
    )
    .says("Marketing needs the customers of the Valencia shop. I only find the export of everybody.")
    .affects("Marketing", 1, Workaround::Full)
    .then(d(34, 12, 40), Sofia, log(15, Communication, "Answered with the steps"))
    .then(
        d(34, 12, 41),
        Sofia,
        resolve(
            "In Customers, filter by shop first; *Export* then takes what the list shows. The filter can be \
                 saved with a name for the next time.",
        ),
    )
}

fn restore_test() -> Story {
    story(
        d(33, 9, 5),
        Approver,
        BACK_OFFICE,
        "Restore test of the back office database",
    )
    .says(
        "As agreed in the last review: restore the nightly backup in staging and tell us how long it \
                 takes.",
    )
    .affects("Nobody today; everybody the day we need it", 30, Workaround::Full)
    .then(d(33, 9, 30), Lead, triage(P2, Preventive, Nuria))
    .then(
        d(33, 9, 45),
        Nuria,
        offer(
            120,
            "Restore last night's backup beside staging, count rows, smoke test, report.",
        ),
    )
    .then(d(33, 10, 30), Approver, Act::Approve)
    .then(d(32, 9, 0), Nuria, goes(Status::Fixing))
    .then(
        d(32, 11, 0),
        Nuria,
        log(105, Testing, "Restore, counts compared with production, smoke test"),
    )
    .then(
        d(32, 11, 10),
        Nuria,
        Act::Comment(
            daypack_domain::ticket::Visibility::Public,
            "The log of the test is attached.",
            vec![RESTORE_LOG],
        ),
    )
    .then(
        d(32, 11, 15),
        Nuria,
        resolve(
            "Last night's backup was restored in 31 minutes; all 214 tables have the rows of production, \
                 and the smoke test passed. The next test is due in three months.",
        ),
    )
    .then(d(32, 17, 0), Approver, Act::Confirm)
}

fn question_without_answer() -> Story {
    story(d(31, 13, 10), Member, SHOP, "Sometimes the basket is empty")
        .says("Some customers say that their basket was empty when they came back.")
        .affects("Some customers", 3, Workaround::Full)
        .then(d(31, 14, 0), Sofia, triage(P2, Corrective, Sofia))
        .then(
            d(31, 14, 20),
            Sofia,
            ask(
                "Could you tell us of one customer to whom this happened: their mail, the day, and which \
                 browser they used?",
            ),
        )
        .then(
            d(31, 14, 30),
            Sofia,
            note("Baskets live 14 days; I suspect people who came back later than that."),
        )
        .then(
            d(17, 10, 10),
            Sofia,
            goes_because(
                Status::Declined,
                "Nearly three weeks without an example. We take it up again with the next one.",
            ),
        )
}
