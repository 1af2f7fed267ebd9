//! Nordic Bikes: what is on its way now.

use daypack_domain::closure::CauseCategory::{Code, Usage};
use daypack_domain::ticket::Kind::{Adaptive, Corrective, Evolutionary};
use daypack_domain::ticket::Severity::{P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Communication, Development, Diagnosis, Testing};

use super::{WEB_SHOP, WORKSHOP};
use crate::seed::files::{CHECKOUT_LOG, CHECKOUT_PICTURE, LABEL_PICTURE};
use crate::seed::moment::{ago, d, worked};
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Owner, Sofia};
use crate::seed::story::{
    Act, Story, ask, diagnosed, fix, goes, goes_because, log, note, offer, resolve, say, story, tested, triage,
};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        frame_number(),
        trade_in_prices(),
        saved_filters(),
        payment_library(),
        two_suppliers(),
        parcel_labels(),
        return_label(),
        missing_bookings(),
        gift_card_texts(),
        checkout_down(),
    ]
}

fn frame_number() -> Story {
    story(
        d(21, 10, 15),
        Member,
        WORKSHOP,
        "Work order PDF without the frame number",
    )
    .says("The PDF for the customer does not show the frame number any more; the insurance asks for it.")
    .affects("Workshop, 9 people", 9, Workaround::Full)
    .then(d(21, 10, 50), Sofia, triage(P2, Corrective, Sofia))
    .then(
        d(21, 11, 30),
        Sofia,
        offer(
            150,
            "Frame number in the PDF, also for bikes that were registered by phone.",
        ),
    )
    .then(d(21, 12, 10), Approver, Act::Approve)
    .then(d(20, 9, 0), Sofia, goes(Status::Diagnosing))
    .then(
        d(20, 9, 40),
        Sofia,
        log(40, Diagnosis, "Template before and after the last release"),
    )
    .then(
        d(20, 9, 45),
        Sofia,
        fix(
            "The template asks for `frame`, the data has `frame_number` since release 3.2.",
            "Work order of yesterday in staging: empty line.",
        ),
    )
    .then(
        d(20, 9, 50),
        Sofia,
        say("The template asks for a field that has another name since release 3.2. Fix today."),
    )
    .then(
        d(20, 12, 0),
        Sofia,
        log(65, Development, "Template, and a test that no field of it is unknown"),
    )
    .then(d(20, 12, 10), Sofia, Act::Propose(d(19, 6, 30), 30, "No interruption."))
    .then(d(20, 13, 0), Approver, Act::Accept)
    .then(
        d(19, 6, 45),
        Sofia,
        resolve("The frame number is back in the PDF.")
            .why(
                Code,
                "A field was renamed, its template was not.",
                "A test fails when a template asks for a field that does not exist.",
            )
            .deployed_with("Ten work orders of three kinds.", "Redeploy 3.2.3."),
    )
    .then(d(18, 9, 0), Member, say("Thank you, the insurance is happy."))
    .then(
        d(15, 11, 0),
        Member,
        Act::Reopen("For electric bikes the line is still empty: they have two numbers."),
    )
    .then(
        d(15, 11, 20),
        Sofia,
        say(
            "You are right, electric bikes come from another table. We correct it, and this is not \
                 deducted.",
        ),
    )
    .then(
        d(15, 17, 0),
        Sofia,
        say("Electric bikes have two numbers, in a table of their own. We show both."),
    )
    .then(
        d(14, 11, 0),
        Sofia,
        log(45, Diagnosis, "Electric bikes: frame and motor number").not_billable(),
    )
    .then(d(14, 11, 10), Sofia, goes(Status::Fixing))
    .then(
        d(14, 11, 15),
        Sofia,
        say("Both numbers are known now for each kind of bike; the template follows."),
    )
    .then(
        d(14, 15, 0),
        Sofia,
        log(60, Development, "Both numbers in the PDF").not_billable(),
    )
    .then(
        d(14, 15, 5),
        Sofia,
        tested(
            "Ten electric bikes, five of them with a changed motor.",
            "Redeploy 3.2.4.",
        ),
    )
    .then(d(14, 15, 10), Sofia, Act::Propose(d(13, 6, 30), 30, "No interruption."))
    .then(d(14, 16, 0), Approver, Act::Accept)
    .then(
        d(13, 6, 45),
        Sofia,
        resolve("Electric bikes show frame and motor number.")
            .why(
                Code,
                "Electric bikes have their numbers in another table; the first fix did not look there.",
                "The test has a bike of each kind now.",
            )
            .deployed(),
    )
    .then(d(12, 9, 30), Member, Act::Confirm)
}

fn trade_in_prices() -> Story {
    story(d(19, 11, 0), Owner, WEB_SHOP, "Calculator for trade-in prices")
        .says("Model, year, state: a price. Today the shops use a sheet of paper and call us.")
        .affects("Six shops", 18, Workaround::Full)
        .then(
            d(19, 12, 0),
            Lead,
            triage(P3, Evolutionary, Mateo)
                .unassigned()
                .because("For the plan of spring: about two days"),
        )
        .then(
            d(19, 12, 5),
            Lead,
            say("In your backlog, for the plan of spring. Could you send us that sheet of paper?"),
        )
        .then(d(18, 10, 0), Owner, say("With pleasure, Oskar scans it."))
}

fn saved_filters() -> Story {
    story(d(17, 9, 30), Approver, WEB_SHOP, "Saved filters in the stock list")
        .says("Everybody builds the same three filters each morning.")
        .affects("Purchasing, 5 people", 5, Workaround::Full)
        .then(d(17, 10, 10), Lead, triage(P3, Evolutionary, Nuria))
        .then(d(9, 10, 0), Nuria, goes(Status::Estimating))
        .then(d(9, 10, 40), Nuria, offer(180, "Filters with a name, own and shared."))
        .then(d(9, 13, 0), Approver, Act::Approve)
        .then(d(9, 13, 10), Nuria, Act::Agree(d(-8, 12, 0)))
        .then(d(3, 9, 0), Nuria, goes(Status::Fixing))
        .then(d(3, 12, 0), Nuria, log(90, Development, "Filters with a name"))
        .then(d(2, 12, 0), Nuria, log(60, Development, "Sharing with colleagues"))
        .then(
            d(2, 12, 30),
            Nuria,
            say(
                "Own filters are done, shared ones nearly. Freja asked for folders: that would be one hour \
                 more, see the estimate. The work goes on without it.",
            ),
        )
        .then(d(2, 12, 40), Nuria, offer(60, "Folders for shared filters.").further())
}

fn payment_library() -> Story {
    story(d(10, 10, 0), Approver, WEB_SHOP, "Upgrade of the payment library")
        .says("The payment provider ends support of the old library at the end of the quarter.")
        .affects("Everybody who pays", 300, Workaround::Full)
        .then(d(10, 10, 40), Lead, triage(P2, Adaptive, Lead))
        .then(
            d(10, 11, 30),
            Lead,
            offer(
                420,
                "New library, all five ways to pay tested, deployment in the evening.",
            ),
        )
        .then(d(10, 14, 0), Approver, Act::Approve)
        .then(d(9, 9, 0), Lead, goes(Status::Fixing))
        .then(d(9, 12, 0), Lead, say("Cards work with the new library in staging."))
        .then(
            d(9, 16, 0),
            Lead,
            log(220, Development, "New library, cards and wallets"),
        )
        .then(
            d(9, 16, 5),
            Lead,
            say("Wallets, too. Invoice and Swish follow tomorrow."),
        )
        .then(
            d(8, 13, 0),
            Lead,
            say("Invoice and Swish done; refunds are being tested."),
        )
        .then(
            d(8, 16, 0),
            Lead,
            log(120, Testing, "Five ways to pay, refunds, partial refunds"),
        )
        .then(
            d(8, 16, 30),
            Lead,
            tested(
                "84 payments and 20 refunds in the provider's test system.",
                "The old library stays installed; a setting switches back.",
            ),
        )
        .then(
            d(8, 16, 40),
            Lead,
            Act::Propose(d(4, 20, 0), 60, "Payments are off for up to five minutes."),
        )
        .then(
            d(7, 9, 0),
            Owner,
            Act::Decline("The club evening is on that day: we sell until ten."),
        )
        .then(
            d(7, 14, 0),
            Lead,
            say("Of course. I look for an evening without an event in any of the six shops."),
        )
        .then(
            d(6, 9, 30),
            Lead,
            Act::Propose(d(-2, 20, 0), 60, "Payments are off for up to five minutes."),
        )
        .then(d(6, 10, 30), Owner, Act::Accept)
}

fn two_suppliers() -> Story {
    story(d(12, 13, 20), Approver, WORKSHOP, "Parts with two suppliers")
        .says(
            "For brake pads and chains we have two suppliers now. The order proposal should take the \
                 cheaper one that can deliver.",
        )
        .affects("Purchasing, 5 people", 5, Workaround::Full)
        .then(d(12, 14, 0), Lead, triage(P3, Evolutionary, Mateo))
        .then(d(11, 10, 0), Mateo, goes(Status::Estimating))
        .then(
            d(11, 11, 0),
            Mateo,
            offer(360, "Two suppliers for a part, choice by price and delivery time."),
        )
        .then(d(11, 15, 0), Approver, Act::Approve)
        .then(d(10, 12, 0), Mateo, Act::Agree(d(-3, 12, 0)))
        .then(d(8, 9, 0), Mateo, goes(Status::Fixing))
        .then(d(8, 16, 0), Mateo, log(200, Development, "Second supplier, choice"))
        .then(
            d(8, 16, 5),
            Mateo,
            say("The choice works; the screen to maintain prices comes next."),
        )
        .then(
            d(6, 15, 0),
            Mateo,
            log(120, Development, "Screen for prices and delivery times"),
        )
        .then(d(6, 15, 5), Mateo, say("Screen done. I test with your parts list."))
        .then(
            d(4, 12, 0),
            Mateo,
            log(45, Testing, "Order proposal of last week with both suppliers"),
        )
        .then(d(4, 12, 10), Mateo, goes(Status::AwaitingValidation))
        .then(
            d(4, 12, 12),
            Mateo,
            say(
                "Ready in staging with your parts list: please try the order proposal of this week, and tell us \
                 whether you would have ordered the same.",
            ),
        )
        .then(
            d(2, 9, 20),
            Approver,
            say("Looks good so far, I want to try it with the real order of this week."),
        )
}

fn parcel_labels() -> Story {
    story(d(3, 11, 0), Member, WEB_SHOP, "Parcel labels for Finland are refused")
        .says("The carrier refuses labels for Finland since its new version. We write them by hand.")
        .affects("Dispatch, 4 people", 4, Workaround::Full)
        .then(d(3, 11, 40), Lead, triage(P2, Corrective, Sofia))
        .then(
            d(3, 12, 10),
            Sofia,
            offer(120, "Labels for Finland with the carrier's new version."),
        )
        .then(d(3, 13, 0), Approver, Act::Approve)
        .then(d(3, 14, 0), Sofia, goes(Status::Diagnosing))
        .then(
            d(3, 15, 0),
            Sofia,
            log(60, Diagnosis, "Calls to the carrier, old and new version"),
        )
        .then(
            d(3, 15, 5),
            Sofia,
            diagnosed("The new version wants a pick-up point for Finland, and its list of points answers 500."),
        )
        .then(
            d(3, 15, 10),
            Sofia,
            goes_because(
                Status::WaitingThirdParty,
                "The carrier's list of pick-up points does not answer; their ticket 5520-FI.",
            ),
        )
        .then(
            d(3, 15, 12),
            Sofia,
            say(
                "The carrier's new list of pick-up points is broken on their side. We wait for them and ask \
                 every day.",
            ),
        )
        .then(
            d(2, 12, 0),
            Sofia,
            say("They could repeat the fault and work on it. Until then: labels by hand, as today."),
        )
        .then(d(1, 10, 30), Sofia, say("No news since yesterday; I called again."))
        .then(
            d(1, 16, 40),
            Sofia,
            say("Their test system answers again. We try it tomorrow morning."),
        )
        .then(
            worked(290),
            Sofia,
            say("The test system works, the real one does not yet. Next news tomorrow at ten."),
        )
        .then(
            worked(280),
            Sofia,
            note("If it is not there in two days: offer home delivery instead of a pick-up point."),
        )
}

fn return_label() -> Story {
    story(d(2, 14, 30), Member, WEB_SHOP, "Returns label prints twice on mobile")
        .says(
            "On phones one tap on *Print label* gives two labels with different numbers. The second one is \
                 charged to us.",
        )
        .affects("Customers on phones; two to five returns a day", 5, Workaround::Full)
        .with(LABEL_PICTURE)
        .then(d(2, 15, 10), Lead, triage(P2, Corrective, Sofia))
        .then(
            d(2, 15, 12),
            Lead,
            say(
                "Thank you for the picture. Sofía estimates it; please cancel the second label in the carrier's \
                 portal until then.",
            ),
        )
        .then(
            d(1, 11, 0),
            Sofia,
            say("I can make it happen on one of three phones: two labels for one tap."),
        )
        .then(
            d(1, 16, 30),
            Sofia,
            say("It depends on the browser of the phone. The estimate follows tomorrow."),
        )
        .then(
            worked(250),
            Sofia,
            say("I can see the two calls in the log of yesterday. You get an estimate today."),
        )
        .then(
            worked(200),
            Sofia,
            log(25, Diagnosis, "Two taps or two events? Two events."),
        )
}

fn missing_bookings() -> Story {
    story(d(3, 9, 10), Member, WORKSHOP, "Two bookings of Saturday are missing")
        .says(
            "Two customers stood in the shop on Saturday with a confirmation, and we had nothing in the \
                 calendar.",
        )
        .affects("Workshop and two customers", 3, Workaround::Partial)
        .then(d(3, 9, 45), Sofia, triage(P2, Corrective, Nuria))
        .then(
            d(3, 10, 30),
            Nuria,
            say("We found both confirmations in the log of the mails. Now we look for where the bookings went."),
        )
        .then(
            d(3, 16, 0),
            Nuria,
            say("Both bookings were changed after they were made. I look for who did, and why."),
        )
        .then(
            d(2, 11, 0),
            Nuria,
            ask(
                "Both bookings were moved by somebody on Friday evening, to a mechanic called \"Test\". Do you \
                 know who this is, and may we move them back?",
            ),
        )
        .then(
            d(2, 11, 5),
            Nuria,
            note("\"Test\" was created by Oskar's account on Friday 19:40."),
        )
}

fn gift_card_texts() -> Story {
    story(
        d(5, 10, 0),
        Member,
        WEB_SHOP,
        "Where can we change the text of gift cards?",
    )
    .says("For the holidays we want another text on gift cards, and do not find where.")
    .affects("Marketing", 2, Workaround::Full)
    .then(d(5, 10, 30), Nuria, log(20, Communication, "Steps with pictures"))
    .then(
        d(5, 10, 35),
        Nuria,
        resolve(
            "“Content”, “Mails”, “Gift card”: the text has a date from which it is valid, so you can \
                 prepare it now.",
        )
        .why(
            Usage,
            "The texts of gift cards are under Mails, where nobody looks for them.",
            "A link from the gift card's page.",
        ),
    )
}

fn checkout_down() -> Story {
    story(ago(19), Member, WEB_SHOP, "Checkout down: payment step answers 502")
        .says(
            "No customer can pay: the payment step shows 502 after half a minute. All ways to pay, desktop \
                 and phones. About 40 carts in ten minutes.",
        )
        .affects("All customers", 300, Workaround::None)
        .blocked()
        .with(CHECKOUT_PICTURE)
        .with(CHECKOUT_LOG)
}
