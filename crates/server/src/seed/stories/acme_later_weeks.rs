//! Acme Retail: what was delivered, answered or refused in the later weeks.

use daypack_domain::closure::CauseCategory::{Code, Configuration, Data, ThirdParty};
use daypack_domain::ticket::Kind::{Adaptive, Corrective, Preventive};
use daypack_domain::ticket::Severity::{P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Deployment, Development, Diagnosis, Estimating, Testing, Triage as Sorting};

use super::{BACK_OFFICE, SHOP};
use crate::seed::moment::d;
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Owner, Sofia};
use crate::seed::story::{Act, Story, fix, goes, goes_because, log, offer, resolve, say, story, tested, triage};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        tax_rate_of_the_old_address(),
        second_approver(),
        late_password_mail(),
        duplicate(),
        margin_by_shop(),
        platform_update(),
        out_of_season_banner(),
    ]
}

fn tax_rate_of_the_old_address() -> Story {
    story(
        d(30, 9, 50),
        Member,
        BACK_OFFICE,
        "Invoices use the tax rate of the old address",
    )
    .says(
        "Customers who change their country get one more invoice with the old rate. We found 12 since \
                 the spring; each has to be cancelled by hand.",
    )
    .affects("Finance, 6 people", 6, Workaround::Full)
    .then(d(30, 10, 30), Lead, triage(P2, Corrective, Sofia))
    .then(
        d(30, 12, 0),
        Sofia,
        offer(
            330,
            "Find where the old country comes from, correct it, list the invoices concerned.",
        ),
    )
    .then(d(30, 16, 0), Approver, Act::Approve)
    .then(d(29, 9, 15), Sofia, goes(Status::Diagnosing))
    .then(
        d(29, 11, 45),
        Sofia,
        log(
            150,
            Diagnosis,
            "Followed the country through address, customer and invoice",
        ),
    )
    .then(
        d(29, 12, 0),
        Sofia,
        fix(
            "The tax zone is read from a copy of the country on the customer, which is refreshed at night \
                 only.",
            "In staging: change of the country from ES to PT and an invoice in the same minute gives 21 %.",
        ),
    )
    .then(
        d(29, 12, 5),
        Sofia,
        say(
            "The rate comes from a copy of the country that is refreshed at night. We read it from the \
                 address from now on.",
        ),
    )
    .then(
        d(28, 12, 0),
        Sofia,
        log(
            160,
            Development,
            "Read the country from the address when an invoice is made",
        ),
    )
    .then(
        d(28, 15, 0),
        Sofia,
        log(50, Testing, "List of the 12 invoices, test with five countries"),
    )
    .then(
        d(28, 15, 30),
        Sofia,
        Act::Propose(d(27, 20, 0), 45, "Invoices cannot be issued for about two minutes."),
    )
    .then(
        d(28, 16, 20),
        Owner,
        Act::Decline("The month is being closed that evening. One day later, please."),
    )
    .then(
        d(28, 16, 40),
        Sofia,
        Act::Propose(d(26, 20, 0), 45, "Invoices cannot be issued for about two minutes."),
    )
    .then(d(28, 17, 10), Owner, Act::Accept)
    .then(
        d(26, 20, 30),
        Sofia,
        resolve(
            "Invoices take the country of the address at the moment of issue. The list of the 12 invoices \
                 to cancel is attached to the mail that you got.",
        )
        .why(
            Code,
            "A nightly copy of the country was used instead of the address itself.",
            "Remove the copy altogether, so that nothing else can read it. Planned as a task of its own.",
        )
        .deployed_with(
            "Changes between five countries, each followed by an invoice: right rate in all.",
            "Redeploy release 6.14.2; no data is changed.",
        ),
    )
}

fn second_approver() -> Story {
    story(
        d(28, 11, 0),
        Owner,
        BACK_OFFICE,
        "Purchase orders over 5,000 need a second approver",
    )
    .says(
        "From next month on the auditors want two people for every purchase order over 5,000. The \
                 second one may not be the one who asked.",
    )
    .affects("Purchasing and management, 14 people", 14, Workaround::Full)
    .then(
        d(28, 12, 0),
        Lead,
        triage(P2, Adaptive, Mateo).plan(
            "",
            "A second step in the approval flow, with a limit that you can change yourselves",
        ),
    )
    .then(
        d(27, 10, 0),
        Mateo,
        log(30, Estimating, "Read the approval flow, drafted the second step"),
    )
    .then(
        d(27, 10, 30),
        Mateo,
        offer(
            480,
            "Second step, limit as a setting, reminders by mail, report of pending approvals.",
        ),
    )
    .then(
        d(26, 9, 30),
        Owner,
        Act::Reject("More than we need: no report, no reminders. Only the second step and the limit, please."),
    )
    .then(
        d(26, 11, 0),
        Mateo,
        offer(
            300,
            "Second step by another person, limit as a setting. No report, no reminders.",
        ),
    )
    .then(d(26, 12, 10), Owner, Act::Approve)
    .then(d(25, 9, 0), Mateo, goes(Status::Fixing))
    .then(d(25, 13, 0), Mateo, log(180, Development, "Second step and its rules"))
    .then(
        d(25, 13, 5),
        Mateo,
        say("The second step works in our own environment. We try the auditors' list next."),
    )
    .then(
        d(24, 12, 0),
        Mateo,
        log(
            90,
            Testing,
            "Orders below, at and above the limit; the same person twice",
        ),
    )
    .then(d(24, 12, 10), Mateo, goes(Status::AwaitingValidation))
    .then(
        d(23, 10, 0),
        Owner,
        say("Tried with three orders, works as the auditors want it."),
    )
    .then(
        d(23, 10, 30),
        Mateo,
        Act::Propose(d(22, 19, 30), 30, "Pending purchase orders keep their first approval."),
    )
    .then(d(23, 11, 0), Owner, Act::Accept)
    .then(
        d(22, 19, 55),
        Mateo,
        resolve(
            "Purchase orders over 5,000 need a second approval by another person; the limit is in Settings, \
                 Purchasing.",
        )
        .deployed_with(
            "Eleven cases of the auditors' list in staging.",
            "The limit at 0 turns the second step off.",
        ),
    )
    .then(d(21, 9, 20), Owner, Act::Confirm)
}

fn late_password_mail() -> Story {
    story(
        d(26, 9, 12),
        Member,
        SHOP,
        "The mail to reset the password arrives an hour late",
    )
    .says("Customers call because the mail does not arrive; when it does, the link has run out.")
    .affects("Customers, about 15 calls a day", 15, Workaround::Full)
    .then(d(26, 9, 50), Sofia, triage(P2, Corrective, Nuria))
    .then(
        d(26, 10, 30),
        Nuria,
        offer(90, "Find where the mails wait, and send those of the password first."),
    )
    .then(d(26, 10, 45), Approver, Act::Approve)
    .then(d(26, 12, 0), Nuria, goes(Status::Diagnosing))
    .then(
        d(26, 13, 0),
        Nuria,
        fix(
            "Mails of the newsletter and of passwords share one queue.",
            "Queued 5,000 newsletters in staging: the password mail leaves last.",
        ),
    )
    .then(
        d(25, 10, 0),
        Nuria,
        log(75, Development, "Queue of its own for mails that somebody waits for"),
    )
    .then(
        d(25, 10, 20),
        Nuria,
        tested(
            "5,000 newsletters and a password mail: it leaves in four seconds.",
            "Set the queue name back to `default`.",
        ),
    )
    .then(d(25, 10, 30), Nuria, Act::Propose(d(24, 8, 0), 30, "No interruption."))
    .then(d(25, 10, 50), Approver, Act::Accept)
    .then(
        d(24, 8, 20),
        Nuria,
        resolve("Mails that somebody waits for have a queue of their own.")
            .why(
                Configuration,
                "One queue for all mails; the newsletter was in front.",
                "Queues are watched: more than two minutes of waiting rings.",
            )
            .deployed(),
    )
    .then(
        d(22, 9, 30),
        Member,
        Act::Reopen("Since yesterday it is late again, about 20 minutes."),
    )
    .then(
        d(22, 9, 50),
        Nuria,
        say("Sorry. I see it too, and look at once. This is on us and is not deducted."),
    )
    .then(
        d(22, 11, 30),
        Nuria,
        log(60, Diagnosis, "The provider slows us down after 1,000 mails an hour").not_billable(),
    )
    .then(d(22, 12, 0), Nuria, goes(Status::Fixing))
    .then(
        d(22, 16, 0),
        Nuria,
        log(45, Development, "Newsletter limited to 800 mails an hour").not_billable(),
    )
    .then(d(22, 16, 10), Nuria, Act::Propose(d(21, 8, 0), 30, "No interruption."))
    .then(d(22, 16, 20), Approver, Act::Accept)
    .then(
        d(21, 8, 15),
        Nuria,
        resolve(
            "The newsletter stays below the provider's limit, so that password mails leave at once on every \
                 day.",
        )
        .why(
            ThirdParty,
            "The provider slows down an account that sends more than 1,000 mails an hour; the newsletter \
                 took all of it.",
            "The limit is written in the system's notebook, and the newsletter asks for it.",
        )
        .deployed(),
    )
    .then(d(19, 10, 0), Member, say("Three days without a call. Thanks."))
    .then(d(19, 10, 1), Member, Act::Confirm)
}

fn duplicate() -> Story {
    story(d(24, 15, 40), Approver, SHOP, "Password mails late")
        .says("Customer service tells me that password mails are late.")
        .affects("Customers", 10, Workaround::Full)
        .then(
            d(24, 15, 55),
            Sofia,
            goes_because(
                Status::Declined,
                "The same as the request about the mail to reset the password, which was delivered this \
                 morning. We go on there.",
            ),
        )
}

fn margin_by_shop() -> Story {
    story(d(21, 9, 30), Owner, BACK_OFFICE, "Margin by shop in the weekly report")
        .says("The report has sales by shop. We need the margin beside them, from next month on.")
        .affects("Management", 3, Workaround::Full)
        .then(d(21, 10, 0), Lead, triage(P3, Adaptive, Mateo))
        .then(d(20, 11, 0), Mateo, goes(Status::Estimating))
        .then(
            d(20, 11, 30),
            Mateo,
            offer(240, "Margin by shop and month, with last year beside it."),
        )
        .then(d(20, 12, 30), Owner, Act::Approve)
        .then(d(19, 9, 0), Mateo, goes(Status::Fixing))
        .then(
            d(19, 13, 0),
            Mateo,
            log(160, Development, "Margin from purchase prices of the day"),
        )
        .then(
            d(18, 12, 0),
            Mateo,
            log(90, Testing, "Compared three months with the sums of finance"),
        )
        .then(d(18, 12, 10), Mateo, Act::Propose(d(17, 7, 30), 30, "No interruption."))
        .then(d(18, 13, 0), Approver, Act::Accept)
        .then(
            d(17, 7, 45),
            Mateo,
            resolve("The weekly report shows the margin by shop, with last year beside it.").deployed_with(
                "Three months: same sums as finance.",
                "The column can be hidden in the report's settings.",
            ),
        )
        .then(d(16, 9, 0), Owner, Act::Confirm)
}

fn platform_update() -> Story {
    story(d(17, 9, 30), Owner, SHOP, "Security update of the shop platform")
        .says("The maker announced 4.8.2 with two security fixes. Please update the shop.")
        .affects("Everybody in the shop", 100, Workaround::Full)
        .then(d(17, 10, 0), Lead, triage(P2, Preventive, Mateo))
        .then(
            d(17, 11, 0),
            Mateo,
            offer(
                180,
                "Update in staging, test of checkout, search and accounts, update of production at night.",
            ),
        )
        .then(d(17, 11, 40), Approver, Act::Approve)
        .then(d(16, 9, 0), Mateo, goes(Status::Fixing))
        .then(
            d(16, 13, 0),
            Mateo,
            log(
                170,
                Development,
                "Update in staging; two of our extensions had to be adapted",
            ),
        )
        .then(
            d(16, 13, 10),
            Mateo,
            say("Two of our extensions do not fit 4.8.2. Adapting them takes an hour more than we offered."),
        )
        .then(
            d(16, 13, 20),
            Mateo,
            offer(60, "Adapt the extensions *gift cards* and *shop finder*.").further(),
        )
        .then(d(16, 16, 30), Approver, Act::Approve)
        .then(
            d(15, 11, 0),
            Mateo,
            log(70, Testing, "Gift cards and shop finder with 4.8.2; whole checkout"),
        )
        .then(
            d(15, 11, 30),
            Mateo,
            Act::Propose(
                d(14, 23, 0),
                60,
                "The shop shows a maintenance page for up to ten minutes.",
            ),
        )
        .then(d(15, 12, 0), Owner, Act::Accept)
        .then(
            d(14, 23, 40),
            Mateo,
            log(30, Deployment, "Deployment, 6 minutes of maintenance page"),
        )
        .then(
            d(14, 23, 45),
            Mateo,
            resolve("The shop runs 4.8.2. The maintenance page was shown for six minutes.").deployed_with(
                "Checkout with card and gift card, search, accounts: all as before.",
                "Snapshot of the servers from 22:50, kept for a week.",
            ),
        )
        .then(d(13, 9, 30), Owner, Act::Confirm)
}

fn out_of_season_banner() -> Story {
    story(
        d(11, 17, 20),
        Member,
        SHOP,
        "The summer banner is still shown on phones",
    )
    .says("On the desktop it is gone, on phones it is there.")
    .affects("Customers on phones", 50, Workaround::Full)
    .then(d(10, 9, 20), Sofia, log(20, Sorting, "Looked at the banner's dates"))
    .then(
        d(10, 9, 30),
        Sofia,
        resolve(
            "The banner for phones has dates of its own in “Content”, “Banners”, “Mobile”; it had none. It \
                 ends now.",
        )
        .why(
            Data,
            "The banner had no end date.",
            "The form asks for one: a suggestion is in your backlog.",
        ),
    )
    .then(d(10, 9, 50), Member, say("I did not know that there are two. Thanks!"))
    .then(d(10, 9, 51), Member, Act::Confirm)
}
