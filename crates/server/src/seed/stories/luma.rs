//! Luma Studio: a small client with one system.

use daypack_domain::closure::CauseCategory::{Code, Configuration};
use daypack_domain::ticket::Kind::{Adaptive, Corrective, Evolutionary};
use daypack_domain::ticket::Severity::{P1, P2, P3};
use daypack_domain::ticket::{Status, Workaround};
use daypack_domain::work::Activity::{Communication, Development, Diagnosis, Testing};

use super::CRM;
use crate::seed::files::CONTACTS_PICTURE;
use crate::seed::moment::{d, worked};
use crate::seed::people::Who::{Approver, Lead, Mateo, Member, Nuria, Owner, Sofia};
use crate::seed::story::{
    Act, Story, fix, goes, log, note, offer, resolve, say, story, tested, triage, without_window,
};

/// The stories, oldest first.
pub fn stories() -> Vec<Story> {
    vec![
        quotes_without_logo(),
        second_mail_address(),
        reports_in_another_zone(),
        form_field(),
        newsletter(),
        signature_of_contracts(),
        mails_in_spam(),
        duplicate_contacts(),
        client_portal(),
        labels_by_colour(),
        delivery_date_column(),
    ]
}

fn quotes_without_logo() -> Story {
    story(d(39, 11, 0), Member, CRM, "Quotes are sent without our logo")
        .says("Since the move to the new server the PDF of a quote has an empty square where the logo was.")
        .affects("Sales, 4 people", 4, Workaround::Full)
        .then(d(38, 11, 30), Nuria, triage(P2, Corrective, Nuria))
        .then(
            d(38, 11, 50),
            Nuria,
            offer(90, "Logo in quotes and invoices, test of all templates."),
        )
        .then(d(38, 13, 0), Owner, Act::Approve)
        .then(d(38, 14, 0), Nuria, goes(Status::Diagnosing))
        .then(
            d(38, 14, 30),
            Nuria,
            fix(
                "The logo is loaded from the old server's address.",
                "A quote in staging with the old address blocked: empty square.",
            ),
        )
        .then(
            d(38, 15, 30),
            Nuria,
            log(90, Development, "Logo beside the templates, all six templates"),
        )
        .then(
            d(38, 15, 40),
            Nuria,
            resolve("All six templates have the logo again.")
                .why(
                    Configuration,
                    "The templates loaded the logo from the old server.",
                    "The checklist for moves looks for the old address in templates.",
                )
                .deployed_with("One PDF of each template.", "Old templates in the archive."),
        )
        .then(d(37, 10, 0), Owner, Act::Confirm)
}

fn second_mail_address() -> Story {
    story(d(35, 12, 0), Approver, CRM, "Can a contact have two mail addresses?")
        .says("Some clients write from two addresses, and their mails land nowhere.")
        .affects("Everybody, 7 people", 7, Workaround::Full)
        .then(
            d(35, 13, 10),
            Sofia,
            log(25, Communication, "Tried it in a copy, wrote the steps"),
        )
        .then(
            d(35, 13, 12),
            Sofia,
            resolve("Yes: open the contact, “More”, “Further addresses”. Mails from there are matched from now on."),
        )
        .then(d(34, 9, 30), Approver, Act::Confirm)
}

fn reports_in_another_zone() -> Story {
    story(d(31, 10, 0), Owner, CRM, "Reports count the evening as the next day")
        .says("Everything after 18:00 is in the report of the next day.")
        .affects("Management", 2, Workaround::Full)
        .then(d(31, 11, 0), Sofia, triage(P2, Corrective, Mateo))
        .then(
            d(31, 12, 0),
            Mateo,
            offer(
                150,
                "All reports in the zone of Mexico City; the old ones are computed again.",
            ),
        )
        .then(d(30, 9, 30), Owner, Act::Approve)
        .then(d(30, 10, 0), Mateo, goes(Status::Diagnosing))
        .then(
            d(30, 10, 30),
            Mateo,
            fix(
                "Reports group by the date in UTC.",
                "An order at 18:30 in staging is in the report of the next day.",
            ),
        )
        .then(d(30, 13, 0), Mateo, log(120, Development, "Group by the local date"))
        .then(
            d(29, 11, 0),
            Mateo,
            log(45, Testing, "Nine reports, days around the change of the year"),
        )
        .then(
            d(29, 11, 10),
            Mateo,
            say("In production since today; the reports of this year were computed again."),
        )
        .then(
            d(29, 11, 15),
            Mateo,
            resolve("All nine reports count days in Mexico City.")
                .why(
                    Code,
                    "Reports grouped by the date in UTC.",
                    "A test has an order at 23:59 local time.",
                )
                .deployed_with(
                    "Sums of the year are unchanged, days moved as expected.",
                    "Redeploy 2.8; the old sums are in the archive.",
                ),
        )
        .then(d(28, 10, 0), Owner, Act::Confirm)
}

fn form_field() -> Story {
    story(d(27, 10, 30), Member, CRM, "Instagram account in the contact form")
        .says("Most of our new clients come from there. A field, and a click that opens the account.")
        .affects("Sales, 4 people", 4, Workaround::Full)
        .then(d(27, 12, 0), Lead, triage(P3, Evolutionary, Mateo))
        .then(d(26, 10, 0), Mateo, goes(Status::Estimating))
        .then(
            d(26, 11, 0),
            Mateo,
            offer(90, "Field with a check of the name, link, filter."),
        )
        .then(d(25, 10, 0), Approver, Act::Approve)
        .then(d(25, 12, 0), Mateo, goes(Status::Fixing))
        .then(d(24, 12, 0), Mateo, log(100, Development, "Field, check, link, filter"))
        .then(
            d(24, 12, 10),
            Mateo,
            tested(
                "Names with dots, underscores and an @ in front.",
                "The field can be hidden in Settings.",
            ),
        )
        .then(
            d(24, 12, 20),
            Mateo,
            resolve("Contacts have an Instagram account, with a link and a filter.").deployed(),
        )
}

fn newsletter() -> Story {
    story(d(24, 9, 40), Owner, CRM, "Connect the newsletter")
        .says("New contacts should be in the newsletter by themselves, if they agreed.")
        .affects("Marketing", 2, Workaround::Full)
        .then(d(24, 11, 0), Lead, triage(P3, Evolutionary, Mateo))
        .then(d(23, 11, 0), Mateo, goes(Status::Estimating))
        .then(
            d(23, 12, 0),
            Mateo,
            offer(420, "Connection in both directions, with the consent and its date.").for_days(7),
        )
        .then(
            d(20, 10, 0),
            Mateo,
            say("A reminder: the estimate stands until the end of this week."),
        )
}

fn signature_of_contracts() -> Story {
    story(
        d(12, 10, 0),
        Owner,
        CRM,
        "Contracts need a field for the tax number of both sides",
    )
    .says("From this month on the tax office wants both numbers on contracts.")
    .affects("Sales, 4 people", 4, Workaround::Full)
    .then(d(12, 11, 30), Lead, triage(P3, Adaptive, Nuria))
    .then(d(12, 12, 0), Nuria, goes(Status::Estimating))
    .then(
        d(12, 12, 30),
        Nuria,
        offer(120, "Field with a check, in contract and PDF."),
    )
    .then(d(11, 10, 0), Owner, Act::Approve)
    .then(d(11, 11, 0), Nuria, goes(Status::Fixing))
    .then(
        d(10, 12, 0),
        Nuria,
        log(110, Development, "Field, check of the number, PDF"),
    )
    .then(
        d(10, 12, 5),
        Nuria,
        say("Done in staging; I put it into production tomorrow morning."),
    )
    .then(
        d(2, 10, 0),
        Nuria,
        resolve("Contracts ask for both tax numbers, check them and print them.").deployed_with(
            "Twelve numbers, valid and not; one contract.",
            "The field can be hidden in Settings.",
        ),
    )
}

fn mails_in_spam() -> Story {
    story(d(3, 9, 30), Member, CRM, "Our mails land in spam")
        .says(
            "Since yesterday clients tell us that our quotes are in their spam folder. Sending from our own \
                 mailbox works.",
        )
        .affects("Sales, 4 people, all clients", 7, Workaround::Partial)
        .then(
            d(3, 10, 10),
            Lead,
            triage(P1, Corrective, Sofia).plan(
                "Send quotes from the own mailbox",
                "Repair the signature of outgoing mails",
            ),
        )
        .then(
            d(3, 10, 20),
            Sofia,
            say("We look at it now. Please send urgent quotes from your own mailbox until then."),
        )
        .then(
            d(3, 10, 50),
            Sofia,
            offer(60, "Repair the signature of outgoing mails, test with five providers."),
        )
        .then(d(3, 11, 30), Approver, Act::Approve)
        .then(d(3, 11, 40), Sofia, goes(Status::Diagnosing))
        .then(
            d(3, 12, 30),
            Sofia,
            Act::Mitigate("Quotes leave from the studio's own mailbox; nothing waits."),
        )
        .then(d(3, 13, 0), Sofia, log(50, Diagnosis, "Headers of ten mails"))
        .then(
            d(3, 13, 5),
            Sofia,
            fix(
                "The key that signs outgoing mails was changed at the domain, but not in the CRM.",
                "Mail from staging to five providers: signature fails in all.",
            ),
        )
        .then(
            d(3, 13, 10),
            Sofia,
            say(
                "The signature of your mails fails: its key was changed at your domain on Monday. We put the \
                 new one in.",
            ),
        )
        .then(
            d(2, 10, 0),
            Sofia,
            log(35, Development, "New key, two of five providers still doubt"),
        )
        .then(
            d(2, 10, 5),
            Sofia,
            say(
                "Three of five providers are happy. The other two need some days of good mails: we watch them, \
                 and tell you tomorrow.",
            ),
        )
        .then(
            d(2, 10, 10),
            Sofia,
            without_window("Outgoing mails only; agreed in the chat."),
        )
        .then(
            d(2, 10, 12),
            Sofia,
            note("Cause category will be security: somebody else had the old key."),
        )
        .then(
            d(2, 15, 30),
            Sofia,
            say("Four of five at the end of your day. I keep an eye on it."),
        )
        .then(
            d(1, 10, 30),
            Sofia,
            say("Four of five providers accept your mails without a doubt."),
        )
        .then(
            d(1, 16, 0),
            Sofia,
            say("The fifth one let the last ten mails through. I look again tomorrow before I close this."),
        )
        .then(
            worked(300),
            Sofia,
            say("Still good this morning. One more day, then it is done."),
        )
}

fn duplicate_contacts() -> Story {
    story(d(2, 11, 30), Member, CRM, "Duplicate contacts after the last import")
        .says("About 300 people are there twice, once with accents and once without.")
        .affects("Everybody, 7 people", 7, Workaround::Full)
        .with(CONTACTS_PICTURE)
        .then(d(2, 13, 0), Lead, triage(P2, Corrective, Nuria))
        .then(
            worked(420),
            Nuria,
            say("We count 312 pairs. I estimate how to merge them without losing a note."),
        )
}

fn client_portal() -> Story {
    story(d(8, 12, 0), Owner, CRM, "A page where our clients approve designs")
        .says("Today they answer by mail, and we lose track of versions.")
        .affects("Design and all clients, 20 people", 20, Workaround::Full)
        .then(d(8, 13, 30), Lead, triage(P3, Evolutionary, Mateo))
        .then(
            d(7, 10, 0),
            Mateo,
            say("We like it. Two questions: do they need to sign, and how many versions are kept?"),
        )
        .then(d(7, 11, 0), Owner, say("A click is enough. All versions, please."))
        .then(d(7, 13, 0), Mateo, goes(Status::Estimating))
        .then(
            d(6, 12, 0),
            Mateo,
            offer(
                1_260,
                "Page for a client with a link, versions side by side, a click to approve, comments on a \
                 picture, a list of what is open.",
            ),
        )
        .then(d(6, 13, 0), Owner, say("Nice, but comments on a picture can wait."))
        .then(
            d(5, 11, 0),
            Mateo,
            offer(
                1_020,
                "Page for a client with a link, versions side by side, a click to approve, a list of what is \
                 open. No comments on a picture.",
            )
            .line("Page with versions", 540)
            .line("Approval and mails", 270)
            .line("List, texts, tests", 210),
        )
        .then(
            d(4, 10, 0),
            Owner,
            say("That is more than we have left. I order another pack and come back to it."),
        )
}

fn labels_by_colour() -> Story {
    story(d(15, 12, 30), Approver, CRM, "Colours for the labels of projects")
        .says("Labels are all grey. Five colours would be enough.")
        .affects("Everybody, 7 people", 7, Workaround::Full)
        .then(d(15, 14, 0), Lead, triage(P3, Evolutionary, Mateo).unassigned())
        .then(
            d(15, 14, 5),
            Lead,
            say("A nice small one: in your backlog, about 45 minutes."),
        )
}

fn delivery_date_column() -> Story {
    story(
        worked(170),
        Member,
        CRM,
        "Column for the delivery date in the orders report",
    )
    .says("We would like to see when each order was delivered, right of the amount.")
    .affects("Sales, 4 people", 4, Workaround::Full)
}
