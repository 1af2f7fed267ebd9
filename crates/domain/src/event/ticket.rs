//! What happens to a ticket, from its opening to its closure.

macro_rules! ticket_events {
    ({ $($before:tt)* } $next:ident $(, $later:ident)*) => { $next! { {
        $($before)*

        /// A request for work came in.
        TicketCreated = "ticket.created", Public {
            /// What people call it.
            reference: String,
            /// Its title.
            title: String,
            /// How it came in.
            channel: Channel,
            /// What the answers about the impact, or the reporter, suggest.
            suggested_severity: Option<Severity>,
        }
        /// Severity, kind and scope were decided, for the first time or again.
        TicketTriaged = "ticket.triaged", Public {
            /// The decided severity.
            severity: Severity,
            /// The one before, when it was decided before.
            previous_severity: Option<Severity>,
            /// The kind of work.
            kind: Kind,
            /// In or out of the agreement.
            scope: Scope,
            /// Whether the work is deducted.
            billable: bool,
            /// Why not, if not.
            not_billable_reason: Option<String>,
            /// What is done first.
            mitigation_plan: Option<String>,
            /// What is done for good.
            solution_plan: Option<String>,
            /// Why it was decided so.
            reason: Option<String>,
            /// Whether a lead says that the earlier severity was a mistake: a breach under it does not stay (section 7).
            misclassified: bool,
        }
        /// Work began under the emergency clause, before anybody said yes to it.
        EmergencyStarted = "ticket.emergency_started", Public {
            /// Minutes that it may take.
            clause_minutes: i64,
            /// Minutes that were held for it.
            held_minutes: i64,
        }
        /// Held minutes went back to the packs, because the work is not deducted any more.
        MinutesReleased = "ticket.minutes_released", Public {
            /// How many.
            minutes: i64,
            /// Why the work is not deducted.
            reason: Option<String>,
        }
        /// The leads were told that minutes are still held in a lot that ended long ago, for work that does not wait on
        /// the client.
        HeldLong = "ticket.held_long", Internal {
            /// How many.
            minutes: i64,
            /// The last day of use of the lot; of several, the first.
            expires_on: NaiveDate,
        }
        /// An owner said that the emergency was right.
        EmergencyConfirmed = "ticket.emergency_confirmed", Public {}
        /// An owner said that it was not one.
        EmergencyDisputed = "ticket.emergency_disputed", Public {
            /// Why.
            reason: String,
        }
        /// The lead decided about a disputed emergency.
        EmergencySettled = "ticket.emergency_settled", Public {
            /// Whether the owner was right: the work is not billable.
            upheld: bool,
            /// What the lead said.
            reason: Option<String>,
            /// Minutes that came back.
            returned_minutes: i64,
        }
        /// It belongs to another ticket.
        TicketLinked = "ticket.linked", Public {
            /// How.
            kind: LinkKind,
            /// The other ticket.
            other_id: TicketId,
            /// What people call it.
            other_reference: String,
        }
        /// It does not belong to another ticket any more.
        TicketUnlinked = "ticket.unlinked", Public {
            /// How it did.
            kind: LinkKind,
            /// The other ticket.
            other_id: TicketId,
            /// What people call it.
            other_reference: String,
        }
        /// A lead decided whether a recurrence is under warranty.
        WarrantyDecided = "ticket.warranty_decided", Public {
            /// Whether it is: the work is not billable.
            accepted: bool,
            /// Why.
            reason: Option<String>,
            /// What people call the ticket whose fault came back.
            original_reference: String,
            /// Minutes that came back.
            returned_minutes: i64,
        }
        /// Somebody has it now, or nobody.
        TicketAssigned = "ticket.assigned", Public {
            /// Who.
            assignee_id: Option<UserId>,
            /// Who had it before.
            previous_assignee_id: Option<UserId>,
        }
        /// It moved along the workflow. Told for every change of status, beside what caused it.
        TicketStatusChanged = "ticket.status_changed", Public {
            /// From.
            from: Status,
            /// To.
            to: Status,
            /// Why, or the public question.
            reason: Option<String>,
            /// Why it ended, when it was declined.
            decline_reason: Option<DeclineReason>,
        }
        /// Somebody wrote on it.
        TicketCommented = "ticket.commented", Public {
            /// The comment.
            comment_id: CommentId,
            /// Who can read it.
            visibility: Visibility,
            /// Whether a machine wrote it: an automatic reply answers no question (section 4).
            automatic: bool,
        }
        /// A file was attached.
        AttachmentAdded = "ticket.attachment_added", Public {
            /// The file.
            attachment_id: AttachmentId,
            /// Its name.
            file_name: String,
            /// As visible as the comment that it came with.
            visibility: Visibility,
        }
        /// Title, description or other fields were changed.
        TicketEdited = "ticket.edited", Public {
            /// The names of the fields.
            fields: Vec<String>,
        }
        /// Pieces of evidence were recorded.
        EvidenceRecorded = "ticket.evidence_recorded", Public {
            /// Which.
            pieces: Vec<EvidenceKind>,
        }
        /// The effect was contained, before the cause was removed.
        MitigationRecorded = "ticket.mitigated", Public {
            /// What was done.
            what_was_done: String,
        }
        /// Delivered, with its closure record.
        TicketResolved = "ticket.resolved", Public {
            /// The record.
            record: ClosureRecord,
        }
        /// The client confirmed what was delivered.
        TicketConfirmed = "ticket.confirmed", Public {
            /// What they said.
            reason: Option<String>,
        }
        /// What was delivered did not hold; a new cycle begins.
        TicketReopened = "ticket.reopened", Public {
            /// The new cycle.
            cycle: i32,
            /// What they said.
            reason: Option<String>,
        }
        /// The record is complete.
        TicketClosed = "ticket.closed", Public {
            /// Whether nobody answered, and it closed itself.
            automatic: bool,
        }
        /// A clock reached a threshold (section 7).
        SlaWarned = "ticket.sla_warned", Internal {
            /// The clock's word.
            clock: String,
            /// The ticket's cycle.
            cycle: i32,
            /// Percent of the target; 100 is the breach.
            percent: i64,
        }
    } $($later),* } };
}

pub(super) use ticket_events;
