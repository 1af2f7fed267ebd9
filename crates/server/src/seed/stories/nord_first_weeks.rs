//! Nordic Bikes: what was delivered in the first weeks.

use daypack_domain::closure::CauseCategory::{Capacity, Code, Configuration, ThirdParty};
use daypack_domain::ticket::Kind::{Corrective, Evolutionary};
use daypack_domain::ticket::Severity::{P0, P1, P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Deployment, Development, Diagnosis, Estimating, Testing};

use super::{WEB_SHOP, WORKSHOP};
use crate::seed::moment::d;
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Owner, Sofia};
use crate::seed::story::{
    Act, Story, diagnosed, fix, goes, goes_because, log, note, offer, resolve, say, story, triage, without_window,
};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        disk_full_at_night(),
        open_on_sundays(),
        test_bikes(),
        stock_not_updated(),
        swedish_cards(),
    ]
}

fn disk_full_at_night() -> Story {
    story(
        d(38, 2, 14),
        Owner,
        WEB_SHOP,
        "The shop is down: every page answers 500",
    )
    .says(
        "Our alarm woke me. Nothing works, not even the start page. The campaign mail goes out at \
                 07:00!",
    )
    .affects("Everybody", 500, Workaround::None)
    .blocked()
    .then(
        d(38, 2, 26),
        Lead,
        triage(P0, Corrective, Lead).plan(
            "Make room on the disk and start the database",
            "Find what filled it, and watch it",
        ),
    )
    .then(
        d(38, 2, 28),
        Lead,
        say("I am on it. The database has stopped: its disk is full. I make room first."),
    )
    .then(
        d(38, 2, 30),
        Lead,
        offer(
            240,
            "Make room, start the shop, find what filled the disk, keep it from happening again.",
        ),
    )
    .then(d(38, 2, 33), Owner, Act::Approve)
    .then(
        d(38, 3, 5),
        Lead,
        Act::Mitigate("Old archives moved to the backup store; the database started at 03:02, the shop answers."),
    )
    .then(
        d(38, 3, 6),
        Lead,
        say("The shop is up since 03:02. I stay until I know what filled the disk."),
    )
    .then(
        d(38, 4, 0),
        Lead,
        log(100, Diagnosis, "Made room, started the database, found the archives"),
    )
    .then(
        d(38, 4, 5),
        Lead,
        fix(
            "The archive job stopped three weeks ago: its key for the backup store had run out. 310 GB \
                 piled up.",
            "The same key in staging: the job fails and says nothing.",
        ),
    )
    .then(
        d(38, 5, 10),
        Lead,
        log(
            75,
            Development,
            "New key, job that fails loudly, alarm at 80 % of the disk",
        ),
    )
    .then(
        d(38, 5, 12),
        Lead,
        without_window("The shop was down; the owner agreed at night."),
    )
    .then(
        d(38, 5, 20),
        Lead,
        resolve(
            "The shop was down from 02:06 to 03:02. The disk of the database has room again, the archives \
                 go to the backup store, and an alarm rings at 80 %.",
        )
        .why(
            Capacity,
            "The key of the archive job ran out three weeks ago, the job failed in silence, and the disk \
                 filled up.",
            "Jobs that fail ring within the hour; keys that run out within 30 days are in the weekly check.",
        )
        .deployed_with(
            "Filled the disk of staging to 81 %: the alarm rang after a minute.",
            "The old job is kept; no data was changed.",
        ),
    )
    .then(
        d(38, 9, 30),
        Owner,
        say("The campaign went out at seven. You have saved our morning."),
    )
    .then(d(38, 9, 31), Owner, Act::Confirm)
}

fn open_on_sundays() -> Story {
    story(d(37, 10, 10), Member, WORKSHOP, "The booking calendar offers Sundays")
        .says("Customers can book a service on Sunday. We are closed then, and have to call them.")
        .affects("Workshop, 9 people", 9, Workaround::Full)
        .then(d(37, 10, 40), Sofia, triage(P2, Corrective, Sofia))
        .then(
            d(37, 11, 30),
            Sofia,
            offer(120, "Correct the calendar, list the bookings concerned."),
        )
        .then(d(37, 13, 0), Approver, Act::Approve)
        .then(d(36, 9, 30), Sofia, goes(Status::Diagnosing))
        .then(
            d(36, 10, 20),
            Sofia,
            log(45, Diagnosis, "Read how weekdays are numbered"),
        )
        .then(
            d(36, 10, 30),
            Sofia,
            fix(
                "The new calendar begins the week with Monday = 0; the rule for Sundays asks for 0.",
                "Set the date of staging to Saturday: Sunday can be booked, Monday cannot.",
            ),
        )
        .then(
            d(36, 10, 35),
            Sofia,
            say(
                "Found: the calendar counts weekdays from Monday, the rule for Sundays from Sunday. The fix is \
                 small.",
            ),
        )
        .then(
            d(36, 12, 30),
            Sofia,
            log(80, Development, "Names of weekdays instead of numbers"),
        )
        .then(
            d(36, 12, 40),
            Sofia,
            Act::Propose(d(35, 7, 0), 30, "Bookings are closed for a minute."),
        )
        .then(d(36, 13, 0), Approver, Act::Accept)
        .then(
            d(35, 7, 10),
            Sofia,
            resolve(
                "Sundays cannot be booked any more, Mondays can. The list of seven bookings to move is in your \
                 mail.",
            )
            .why(
                Code,
                "Weekdays were numbers, and two libraries count them differently.",
                "Weekdays have names in the code now; a test books every day of a week.",
            )
            .deployed_with("A booking on each day of two weeks.", "Redeploy 3.2.0."),
        )
        .then(d(35, 10, 0), Member, Act::Confirm)
}

fn test_bikes() -> Story {
    story(d(36, 14, 0), Owner, WEB_SHOP, "Let customers reserve a test ride")
        .says(
            "In the shop customers ask for test rides, on the web they cannot. We want: choose a shop, a \
                 bike, a time; a mail to both.",
        )
        .affects("Customers and six shops", 60, Workaround::Full)
        .then(
            d(36, 15, 0),
            Lead,
            triage(P3, Evolutionary, Mateo).because("Agreed as the project of the season"),
        )
        .then(d(35, 13, 30), Mateo, goes(Status::Estimating))
        .then(d(35, 14, 0), Mateo, log(30, Estimating, "Sketch with Mette"))
        .then(
            d(35, 16, 0),
            Mateo,
            offer(
                1_200,
                "Test rides: choice of shop, bike and time, mails, list for the shops.",
            )
            .fixed()
            .line("Choice and calendar", 600)
            .line("Mails and list for the shops", 360)
            .line("Tests, texts, deployment", 240),
        )
        .then(d(34, 9, 40), Owner, Act::Approve)
        .then(d(33, 9, 0), Mateo, goes(Status::Fixing))
        .then(d(33, 17, 0), Mateo, log(400, Development, "Choice of shop and bike"))
        .then(d(31, 17, 0), Mateo, log(420, Development, "Calendar, mails"))
        .then(
            d(31, 17, 5),
            Mateo,
            say("Half of it can be seen in staging: choose a shop and a bike, the times are still made up."),
        )
        .then(
            d(29, 16, 0),
            Mateo,
            log(240, Development, "List for the shops, texts in three languages"),
        )
        .then(d(29, 16, 10), Mateo, goes(Status::AwaitingValidation))
        .then(
            d(29, 16, 12),
            Mateo,
            say("Ready in staging. Please book a ride, and look at the list as a shop."),
        )
        .then(
            d(27, 11, 0),
            Owner,
            say("We love it. One thing: the mail should name the shop's phone number."),
        )
        .then(d(27, 11, 2), Owner, goes(Status::Fixing))
        .then(
            d(27, 14, 0),
            Mateo,
            log(60, Testing, "Phone number in the mail, all tests again"),
        )
        .then(d(27, 14, 10), Mateo, Act::Propose(d(25, 7, 0), 60, "No interruption."))
        .then(d(27, 15, 0), Owner, Act::Accept)
        .then(d(25, 7, 40), Mateo, log(45, Deployment, "Deployment and first ride"))
        .then(
            d(25, 7, 50),
            Mateo,
            resolve(
                "Customers reserve test rides in six shops. The first ride was booked eleven minutes after the \
                 deployment.",
            )
            .deployed_with(
                "32 cases in staging with two shops; mails in three languages.",
                "A switch takes the button off the product page.",
            ),
        )
        .then(d(24, 9, 0), Owner, Act::Confirm)
}

fn stock_not_updated() -> Story {
    story(d(33, 12, 5), Member, WEB_SHOP, "Stock of the warehouse is not updated")
        .says("We sold four bikes that we do not have. The stock in the shop is the one of 09:00.")
        .affects("Sales and customer service, 20 people", 20, Workaround::Partial)
        .then(
            d(33, 13, 45),
            Nuria,
            triage(P1, Corrective, Nuria).plan(
                "Stop selling the last piece of everything",
                "Make the feed survive a long file",
            ),
        )
        .then(
            d(33, 13, 46),
            Nuria,
            say("Sorry for the wait: the request came in while we changed shifts. I have it now."),
        )
        .then(
            d(33, 14, 0),
            Nuria,
            offer(180, "Start the feed, fix what stopped it, correct the stock."),
        )
        .then(d(33, 14, 20), Approver, Act::Approve)
        .then(d(33, 14, 25), Nuria, goes(Status::Diagnosing))
        .then(
            d(33, 15, 0),
            Nuria,
            Act::Mitigate(
                "Feed started by hand; stock is right since 14:55. The last piece of each item is not sold on \
                 the web today.",
            ),
        )
        .then(
            d(33, 15, 30),
            Nuria,
            log(60, Diagnosis, "Feed stops at files over 10 MB"),
        )
        .then(
            d(33, 15, 35),
            Nuria,
            fix(
                "Files over 10 MB are cut by the proxy since its update; the feed then waits for ever.",
                "Sent a file of 11 MB in staging: the feed hangs.",
            ),
        )
        .then(
            d(33, 17, 0),
            Nuria,
            log(75, Development, "Feed in pieces, time limit, alarm"),
        )
        .then(
            d(33, 17, 5),
            Nuria,
            without_window("Agreed with Freja on the phone: bikes were being sold that are not there."),
        )
        .then(
            d(33, 17, 30),
            Nuria,
            resolve("The feed takes files of any size, and rings when it is late by ten minutes.")
                .why(
                    Configuration,
                    "The proxy cuts files over 10 MB since its update.",
                    "Its limits are in the checklist for updates of the proxy.",
                )
                .deployed_with(
                    "Files of 1, 11 and 60 MB in staging.",
                    "Old feed kept beside the new one.",
                ),
        )
        .then(d(32, 9, 0), Member, Act::Confirm)
}

fn swedish_cards() -> Story {
    story(d(30, 9, 20), Member, WEB_SHOP, "Card payments from Sweden are refused")
        .says("About half of the Swedish cards are refused since this morning. Invoice and wallet work.")
        .affects("Customers in Sweden", 35, Workaround::Partial)
        .then(
            d(30, 9, 50),
            Lead,
            triage(P1, Corrective, Sofia).plan(
                "Put invoice and wallet first for Sweden",
                "Find out with the payment provider why cards are refused",
            ),
        )
        .then(
            d(30, 10, 0),
            Sofia,
            say(
                "We see it: 48 % of Swedish cards are refused since 07:10. I ask the provider, and put the \
                 other ways to pay first.",
            ),
        )
        .then(
            d(30, 10, 20),
            Sofia,
            offer(240, "Other ways to pay first for Sweden; cause with the provider; fix."),
        )
        .then(d(30, 10, 45), Approver, Act::Approve)
        .then(d(30, 10, 50), Sofia, goes(Status::Diagnosing))
        .then(
            d(30, 11, 20),
            Sofia,
            Act::Mitigate("Swish and invoice come first for Sweden; refused cards are offered invoice."),
        )
        .then(
            d(30, 12, 20),
            Sofia,
            log(90, Diagnosis, "Refused payments by bank; case at the provider"),
        )
        .then(
            d(30, 12, 30),
            Sofia,
            diagnosed(
                "Banks that ask for the new strong authentication refuse: the provider does not send the field \
                 for Sweden.",
            ),
        )
        .then(
            d(30, 12, 35),
            Sofia,
            goes_because(
                Status::WaitingThirdParty,
                "The provider has to send the field; their case 77120.",
            ),
        )
        .then(
            d(30, 16, 30),
            Sofia,
            say("The provider has confirmed the fault and speaks of tomorrow."),
        )
        .then(
            d(29, 11, 0),
            Sofia,
            say("No news from the provider; I called. They promise it for tonight."),
        )
        .then(d(29, 11, 2), Sofia, note("Third call. Asked for their duty manager."))
        .then(
            d(28, 10, 0),
            Sofia,
            say("The provider's fix came at 08:00, but only for half of the banks. They go on."),
        )
        .then(d(27, 9, 30), Sofia, goes(Status::Diagnosing))
        .then(
            d(27, 10, 0),
            Sofia,
            log(60, Testing, "Payments with cards of eight Swedish banks"),
        )
        .then(
            d(27, 10, 20),
            Sofia,
            resolve(
                "Cards of all eight Swedish banks are accepted again. It took three days, longer than we \
                 promise: the provider was slow, and we were slow to escalate.",
            )
            .why(
                ThirdParty,
                "The provider left out a field that Swedish banks ask for since that day.",
                "We test a Swedish card every morning, and call the provider's duty manager on the first day.",
            ),
        )
        .then(d(26, 9, 0), Member, say("Thank you for keeping us informed."))
}
