//! Acme Retail: what is on its way now.

use daypack_domain::closure::CauseCategory::Data;
use daypack_domain::ticket::Kind::{Corrective, Evolutionary, Preventive};
use daypack_domain::ticket::Severity::{P1, P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Development, Diagnosis, Testing};

use super::{BACK_OFFICE, SHOP};
use crate::seed::files::{BILLING_LOG, EXPORT_LOG, EXPORT_PICTURE, INVOICE_PICTURE, SLOW_QUERY_LOG};
use crate::seed::moment::{d, worked};
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Owner, Sofia};
use crate::seed::story::{Act, Story, ask, fix, goes, log, note, offer, resolve, say, send, story, tested, triage};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        stock_in_the_app(),
        permission_review(),
        dashboard_filter(),
        stock_sync(),
        invoice_for_portugal(),
        slow_order_list(),
        skipped_manager(),
        accounting_export(),
        two_currencies(),
    ]
}

fn stock_in_the_app() -> Story {
    story(d(22, 10, 40), Owner, SHOP, "Stock of each shop in the customer app")
        .says("Customers ask in the shops what the app could tell them: is it there, and how many?")
        .affects("Customers of all 11 shops", 200, Workaround::Full)
        .then(
            d(22, 12, 0),
            Lead,
            triage(P3, Evolutionary, Mateo).because("Asked for with a date: the winter campaign"),
        )
        .then(d(21, 9, 30), Mateo, goes(Status::Estimating))
        .then(
            d(21, 11, 0),
            Mateo,
            offer(
                1_500,
                "Stock by shop from the warehouse every five minutes, in the product page of the app.",
            )
            .line("Stock feed", 600)
            .line("Product page", 600)
            .line("Tests with two shops", 300),
        )
        .then(
            d(20, 9, 30),
            Owner,
            say("The campaign moved to spring. Could this wait, and be smaller?"),
        )
        .then(
            d(20, 10, 15),
            Mateo,
            Act::Withdraw("The campaign moved to spring; we offer it again in a smaller form."),
        )
        .then(d(20, 10, 20), Mateo, goes(Status::Backlog))
        .then(
            d(20, 10, 25),
            Mateo,
            say(
                "It waits in your backlog now. A first step could be \"in stock: yes or no\", a third of the \
                 work.",
            ),
        )
}

fn permission_review() -> Story {
    story(
        d(16, 11, 10),
        Owner,
        BACK_OFFICE,
        "Permission review: who can still issue refunds",
    )
    .says("Several people changed jobs this year. Please list who can issue refunds and change prices.")
    .affects("Management", 2, Workaround::Full)
    .then(
        d(16, 12, 0),
        Lead,
        triage(P3, Preventive, Sofia).plan("", "List of rights by person, proposal of what to remove; about 1 h 30"),
    )
    .then(
        d(16, 12, 5),
        Lead,
        say("In your backlog: about 1 h 30. It would fit well into hours that expire soon."),
    )
}

fn dashboard_filter() -> Story {
    story(
        d(18, 9, 35),
        Approver,
        BACK_OFFICE,
        "Dashboard: filter by state, saved per person",
    )
    .says("Everybody filters the dashboard by state first thing in the morning. It should remember.")
    .affects("Operations, 12 people", 12, Workaround::Full)
    .then(d(18, 10, 30), Lead, triage(P3, Evolutionary, Nuria))
    .then(d(6, 10, 0), Nuria, goes(Status::Estimating))
    .then(d(6, 11, 0), Nuria, offer(120, "Filter by state, kept for each person."))
    .then(d(5, 12, 30), Approver, Act::Approve)
    .then(d(5, 13, 0), Nuria, Act::Agree(d(-7, 12, 0)))
    .then(
        d(5, 13, 2),
        Nuria,
        say("Planned for the next batch, after the filter of the order list."),
    )
}

fn stock_sync() -> Story {
    story(
        d(12, 8, 55),
        Member,
        BACK_OFFICE,
        "Stock sync skips items without an EAN",
    )
    .says(
        "Own brands have no EAN. Since the new warehouse they show stock 0 in the shop and cannot be \
                 ordered.",
    )
    .affects("Own brands, 64 items", 7, Workaround::Full)
    .then(d(12, 9, 40), Sofia, triage(P2, Corrective, Mateo))
    .then(
        d(12, 10, 40),
        Mateo,
        offer(120, "Match by our own number where there is no EAN; sync the 64 items."),
    )
    .then(d(12, 13, 5), Approver, Act::Approve)
    .then(d(11, 10, 0), Mateo, goes(Status::Diagnosing))
    .then(
        d(11, 11, 10),
        Mateo,
        log(50, Diagnosis, "Compared the feeds of both warehouses"),
    )
    .then(
        d(11, 11, 20),
        Mateo,
        fix(
            "The new warehouse sends an empty text instead of no EAN; the sync takes it for one.",
            "Fed yesterday's file to staging: all 64 items are skipped.",
        ),
    )
    .then(
        d(11, 11, 25),
        Mateo,
        say("The new warehouse sends an empty EAN and the sync takes it seriously. Fix in preparation."),
    )
    .then(d(10, 10, 0), Mateo, log(75, Development, "Match by own number"))
    .then(
        d(10, 10, 10),
        Mateo,
        Act::TakeBack("Logged on the wrong request: these 75 minutes were for another client."),
    )
    .then(d(10, 10, 12), Mateo, log(60, Development, "Match by own number"))
    .then(
        d(10, 10, 20),
        Mateo,
        say("Matching by your own number works with the file of yesterday."),
    )
    .then(
        d(9, 12, 0),
        Mateo,
        say(
            "Matched by your own number in staging. The warehouse recounts the 64 items until Thursday; we \
                 wait for it.",
        ),
    )
    .then(
        d(8, 12, 0),
        Mateo,
        say("The warehouse has counted 22 of the 64 items; they agree."),
    )
    .then(
        d(7, 12, 0),
        Mateo,
        say("60 of 64 items agree; the last four are counted tomorrow."),
    )
    .then(
        d(6, 12, 0),
        Mateo,
        Act::Propose(d(5, 19, 0), 30, "No interruption; stock is refreshed afterwards."),
    )
    .then(d(6, 12, 30), Approver, Act::Accept)
    .then(
        d(5, 19, 10),
        Mateo,
        note("The last four items did not agree in the recount; their numbers came in the evening."),
    )
    .then(
        d(5, 19, 50),
        Mateo,
        resolve("Items without an EAN are matched by your own number. The 64 items show their real stock again.")
            .why(
                Data,
                "The new warehouse sends an empty EAN where the old one sent none.",
                "The feed is checked when it arrives: empty keys are reported instead of skipped.",
            )
            .deployed_with(
                "Yesterday's and today's feed in staging: no item skipped.",
                "The former matching is a setting of the sync.",
            ),
    )
}

fn invoice_for_portugal() -> Story {
    story(
        d(7, 10, 4),
        Owner,
        BACK_OFFICE,
        "Invoice PDF shows the wrong tax line for Portugal",
    )
    .says(
        "Invoices to Portuguese clients show 21 % instead of 23 % since the update. Three invoices went \
                 out already. Screenshot attached.",
    )
    .affects("Finance, 6 people", 6, Workaround::Full)
    .with(INVOICE_PICTURE)
    .with(BILLING_LOG)
    .then(
        d(7, 10, 31),
        Lead,
        triage(P2, Corrective, Sofia).plan(
            "List the invoices concerned every evening",
            "Read the country from the address when the PDF is made",
        ),
    )
    .then(
        d(7, 11, 20),
        Sofia,
        offer(
            240,
            "Find and fix the tax line, list the invoices that went out, test with five countries.",
        ),
    )
    .then(d(7, 12, 20), Owner, Act::Approve)
    .then(d(6, 9, 10), Sofia, goes(Status::Diagnosing))
    .then(
        d(6, 9, 15),
        Sofia,
        ask("Could you send one more example, of a client who never changed their address?"),
    )
    .then(
        d(5, 14, 0),
        Owner,
        say("8852, Mercado do Sul: they have always been in Faro."),
    )
    .then(
        d(4, 9, 15),
        Sofia,
        note(
            "Same table as the tax rate of the old address: the country is read before the address is \
                 saved. That prevention was never done.",
        ),
    )
    .then(
        d(4, 9, 20),
        Sofia,
        say(
            "8852 helped: the PDF reads the country too early. I list the invoices concerned every evening \
                 until it is fixed.",
        ),
    )
    .then(
        d(3, 12, 0),
        Sofia,
        say("Today's list: two more invoices, both to new clients. Nobody has paid them yet."),
    )
    .then(
        d(2, 10, 30),
        Sofia,
        log(75, Diagnosis, "Followed invoice 8852 from order to PDF"),
    )
    .then(
        d(2, 10, 35),
        Sofia,
        say("The PDF asks for the country before the address is saved. I check whether anything else does."),
    )
    .then(
        d(1, 11, 0),
        Sofia,
        say("Two other places read the country too early, neither prints it. The fix covers all three."),
    )
    .then(
        worked(330),
        Sofia,
        say("Cause found; the fix comes next, and then a window for it."),
    )
}

fn slow_order_list() -> Story {
    story(d(6, 11, 50), Member, BACK_OFFICE, "Order list filter takes 20 seconds")
        .says(
            "Since Monday the filter *with gift note* takes 20 seconds, at noon longer. The log of the \
                 database is attached.",
        )
        .affects("Operations, 12 people", 12, Workaround::Full)
        .with(SLOW_QUERY_LOG)
        .then(d(6, 12, 20), Lead, triage(P2, Corrective, Nuria))
        .then(
            d(6, 13, 0),
            Nuria,
            offer(240, "Make the filter fast again; target: below one second at noon."),
        )
        .then(d(6, 16, 10), Approver, Act::Approve)
        .then(d(5, 9, 20), Nuria, goes(Status::Diagnosing))
        .then(
            d(5, 10, 30),
            Nuria,
            log(60, Diagnosis, "Plans of the query, with and without the filter"),
        )
        .then(
            d(5, 10, 40),
            Nuria,
            fix(
                "The filter reads all eight million order lines: the note has no index, and lower() would not \
                 use one.",
                "Copy of production in staging: 19.8 s.",
            ),
        )
        .then(
            d(5, 10, 45),
            Nuria,
            say("The filter reads every line of every order. An index for it is being tested."),
        )
        .then(
            d(4, 12, 0),
            Nuria,
            log(
                120,
                Development,
                "Index on a flag \"has a gift note\", filled in the background",
            ),
        )
        .then(
            d(4, 12, 5),
            Nuria,
            say("The flag is being filled in staging; half of the lines are done."),
        )
        .then(
            d(3, 12, 0),
            Nuria,
            say(
                "0.3 seconds in staging with your data. I measure at noon tomorrow once more, then propose a \
                 window.",
            ),
        )
        .then(d(2, 13, 0), Nuria, log(45, Testing, "Measured with 12 users at once"))
        .then(
            d(2, 13, 10),
            Nuria,
            tested(
                "0.3 s alone, 0.5 s with twelve users; same rows as before.",
                "Drop the index and the flag; the old filter is kept behind a setting.",
            ),
        )
        .then(
            d(2, 13, 15),
            Nuria,
            say("Half a second with twelve people at once. A window for tomorrow or after comes next."),
        )
        .then(
            d(1, 16, 20),
            Nuria,
            Act::Propose(d(-2, 20, 0), 60, "No downtime expected."),
        )
}

fn skipped_manager() -> Story {
    story(
        d(4, 10, 15),
        Owner,
        BACK_OFFICE,
        "Approval flow skips the second manager",
    )
    .says("One purchase order of 7,200 went through with one approval only.")
    .affects("Purchasing", 4, Workaround::Full)
    .then(
        d(4, 11, 0),
        Lead,
        triage(P2, Corrective, Sofia).because("A single case, orders are checked by hand until it is understood"),
    )
    .then(
        d(4, 12, 30),
        Sofia,
        say("Thank you. We look for what is special about this order."),
    )
    .then(
        d(3, 11, 0),
        Sofia,
        ask(
            "We cannot make it happen. Which steps did the person take: was the order changed after the \
                 first approval, and by whom?",
        ),
    )
    .then(
        d(3, 11, 5),
        Sofia,
        note("My guess: the limit is checked before the delivery costs are added. 4,950 + 2,250?"),
    )
}

fn accounting_export() -> Story {
    story(
        worked(410),
        Member,
        BACK_OFFICE,
        "Accounting export fails since this morning",
    )
    .says(
        "The export to accounting stopped at 06:30. The accounting system got its version 9 during the \
                 night. We must send the month to the auditors; until then finance types the urgent entries by \
                 hand.",
    )
    .affects(
        "Finance, 6 people; the auditors wait for the month",
        6,
        Workaround::Partial,
    )
    .with(EXPORT_PICTURE)
    .with(EXPORT_LOG)
    .then(
        worked(385),
        Lead,
        triage(P1, Corrective, Lead).plan(
            "Finance types urgent entries by hand; we check the totals in the evening",
            "Send dates in the format that version 9 wants",
        ),
    )
    .then(
        worked(380),
        Lead,
        say("I have it. Version 9 refuses our date format: the log says so plainly. I estimate the fix now."),
    )
    .then(
        worked(352),
        Lead,
        note("The changelog of version 9 says ISO 8601 only. Six places in the export write dates."),
    )
    .then(
        worked(330),
        Lead,
        offer(
            360,
            "Find and fix the date format that the new accounting version refuses, test with last month's \
                 data, deploy tonight.",
        )
        .line("Fix in six places of the export", 180)
        .line("Test with last month's data", 120)
        .line("Deployment, and sending the month again", 60),
    )
    .then(
        worked(300),
        Member,
        send(
            "The same picture for the two runs of the morning, in case it helps.",
            EXPORT_PICTURE,
        ),
    )
}

fn two_currencies() -> Story {
    story(
        worked(44),
        Member,
        BACK_OFFICE,
        "Sales cannot save quotes with two currencies",
    )
    .says(
        "A quote with lines in EUR and GBP answers \"currency mismatch\" and everything typed is gone. \
                 Quotes in one currency work.",
    )
    .affects("Sales, 12 people", 12, Workaround::Partial)
}
