//! What is agreed and recorded about work: offers and their answers, time, deployment windows, statements.

macro_rules! agreement_events {
    ({ $($before:tt)* } $next:ident $(, $later:ident)*) => { $next! { {
        $($before)*

        /// Minutes were offered.
        EstimateOffered = "estimate.offered", Public {
            /// The estimate.
            estimate_id: EstimateId,
            /// Minutes in all.
            minutes: i64,
            /// What they count.
            basis: Basis,
            /// What happens to what is not used.
            estimate_kind: EstimateKind,
            /// Whether the work stops until there is an answer.
            blocking: bool,
            /// Until when it stands.
            valid_until: Instant,
            /// The offer that it replaces.
            revises_id: Option<EstimateId>,
        }
        /// The client said yes: minutes are held.
        EstimateApproved = "estimate.approved", Public {
            /// The estimate.
            estimate_id: EstimateId,
            /// The minutes approved.
            minutes: i64,
            /// How the yes came.
            channel: ApprovalChannel,
            /// In whose name, when a lead recorded it or a standing approval covers it.
            approver_id: Option<UserId>,
            /// The lead's note.
            note: Option<String>,
            /// Positions of the optional lines that were left out.
            #[serde(default)]
            left_out: Vec<usize>,
            /// The standing approval that covers it.
            #[serde(default)]
            standing_approval_id: Option<StandingApprovalId>,
            /// What that one is called.
            #[serde(default)]
            standing_approval: Option<String>,
        }
        /// Somebody said that an approval recorded in their name was not theirs; what was still held is given back.
        EstimateDisputed = "estimate.disputed", Public {
            /// The estimate.
            estimate_id: EstimateId,
            /// In whose name it was recorded.
            approver_id: UserId,
            /// What they said about it.
            reason: Option<String>,
            /// Minutes that were given back.
            released_minutes: i64,
        }
        /// The client said no.
        EstimateRejected = "estimate.rejected", Public {
            /// The estimate.
            estimate_id: EstimateId,
            /// Why.
            reason: String,
        }
        /// The staff took it back.
        EstimateWithdrawn = "estimate.withdrawn", Public {
            /// The estimate.
            estimate_id: EstimateId,
            /// Why.
            reason: Option<String>,
        }
        /// Nobody answered in time.
        EstimateLapsed = "estimate.lapsed", Public {
            /// The estimate.
            estimate_id: EstimateId,
        }

        /// An approval was given for every offer within its limits.
        StandingApprovalGiven = "standing_approval.given", Public {
            /// The standing approval.
            standing_approval_id: StandingApprovalId,
            /// What it is called.
            approval_name: String,
            /// Most minutes for one ticket.
            minutes_per_ticket: i64,
            /// Most minutes in a month.
            minutes_per_month: i64,
            /// Whether it covers what is solved at once, too.
            small_works: bool,
        }
        /// A standing approval covers nothing any more.
        StandingApprovalEnded = "standing_approval.ended", Public {
            /// The standing approval.
            standing_approval_id: StandingApprovalId,
            /// What it was called.
            approval_name: String,
        }

        /// Time was logged.
        TimeLogged = "time.logged", Public {
            /// The entry.
            time_entry_id: TimeEntryId,
            /// Minutes worked.
            minutes: i64,
            /// Minutes deducted.
            billable_minutes: i64,
            /// The day of the work.
            worked_on: NaiveDate,
        }
        /// A time entry was taken back.
        TimeReversed = "time.reversed", Public {
            /// The entry.
            time_entry_id: TimeEntryId,
            /// Minutes that came back.
            billable_minutes: i64,
            /// Why.
            reason: String,
        }

        /// A period for a deployment was proposed.
        WindowProposed = "window.proposed", Public {
            /// The window.
            window_id: WindowId,
            /// From.
            starts_at: Instant,
            /// Until.
            ends_at: Instant,
        }
        /// The client agreed to it.
        WindowAccepted = "window.accepted", Public {
            /// The window.
            window_id: WindowId,
            /// From.
            starts_at: Instant,
            /// Until.
            ends_at: Instant,
        }
        /// The client did not agree to it.
        WindowDeclined = "window.declined", Public {
            /// The window.
            window_id: WindowId,
            /// Why.
            reason: Option<String>,
        }

        /// A week's statement was frozen.
        StatementMade = "statement.made", Public {
            /// The statement.
            statement_id: StatementId,
            /// Its first day.
            first_day: NaiveDate,
            /// Its last day.
            last_day: NaiveDate,
            /// The hash of its frozen text.
            hash: String,
        }
    } $($later),* } };
}

pub(super) use agreement_events;
