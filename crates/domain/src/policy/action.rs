//! Everything that can be done, and the least role for it: the table of section 13, one line for each action.

use super::{ClientRole, StaffRole};

/// The least role that an action needs on each side; `None`: nobody on that side may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// In the client organization that it is about.
    pub client: Option<ClientRole>,
    /// On the staff.
    pub staff: Option<StaffRole>,
    /// Whether the side does not matter: any signed-in person, or everybody.
    open_to: OpenTo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenTo {
    Roles,
    Persons,
    Everybody,
}

impl Need {
    /// Everybody, signed in or not.
    pub const PUBLIC: Self = Self {
        client: Some(ClientRole::Viewer),
        staff: Some(StaffRole::Agent),
        open_to: OpenTo::Everybody,
    };
    /// Everybody who has signed in.
    pub const ANY_PERSON: Self = Self {
        client: Some(ClientRole::Viewer),
        staff: Some(StaffRole::Agent),
        open_to: OpenTo::Persons,
    };

    const fn both(client: ClientRole, staff: StaffRole) -> Self {
        Self {
            client: Some(client),
            staff: Some(staff),
            open_to: OpenTo::Roles,
        }
    }

    const fn client(client: ClientRole) -> Self {
        Self {
            client: Some(client),
            staff: None,
            open_to: OpenTo::Roles,
        }
    }

    const fn staff(staff: StaffRole) -> Self {
        Self {
            client: None,
            staff: Some(staff),
            open_to: OpenTo::Roles,
        }
    }

    /// One sentence that names the missing right.
    pub(super) fn sentence(self, action: Action) -> String {
        let what = action.as_str().replace('_', " ");
        match (self.client, self.staff) {
            (Some(client), Some(staff)) => format!("\"{what}\" needs the role {client} or higher (staff: {staff})"),
            (Some(client), None) => format!("\"{what}\" needs the role {client} or higher in the organization"),
            (None, Some(staff)) => format!("\"{what}\" needs the staff role {staff} or higher"),
            (None, None) => format!("nobody may \"{what}\""),
        }
    }
}

macro_rules! actions {
    ($($(#[$meta:meta])* $variant:ident = $word:literal => $need:expr,)+) => {
        crate::words::words! {
            /// Everything that somebody can do (section 13).
            Action { $($(#[$meta])* $variant = $word,)+ }
        }

        impl Action {
            /// The least role that this action needs.
            #[must_use]
            pub const fn need(self) -> Need {
                match self { $(Self::$variant => $need,)+ }
            }
        }
    };
}

use ClientRole::{Approver, Member, Owner, Viewer};
use StaffRole::{Admin, Agent, Lead};

actions! {
    /// Read plans and terms.
    ReadCatalogue = "read_catalogue" => Need::PUBLIC,
    /// Read and change one's own name, language and password.
    ManageSelf = "manage_self" => Need::ANY_PERSON,

    /// Read the organization, its people and its systems.
    ReadOrganization = "read_organization" => Need::both(Viewer, Agent),
    /// Read tickets with their public conversation, timeline, files and clocks.
    ReadTickets = "read_tickets" => Need::both(Viewer, Agent),
    /// Read orders, lots, ledger and balance.
    ReadPacks = "read_packs" => Need::both(Viewer, Agent),
    /// Read statements and make previews of them.
    ReadStatements = "read_statements" => Need::both(Viewer, Agent),

    /// Open a ticket.
    OpenTicket = "open_ticket" => Need::both(Member, Agent),
    /// Upload files and attach them.
    AttachFiles = "attach_files" => Need::both(Member, Agent),
    /// Write a public comment, and answer a question.
    Comment = "comment" => Need::both(Member, Agent),
    /// Change title, description and tags.
    EditTicket = "edit_ticket" => Need::both(Member, Agent),
    /// Vote and rank in the backlog.
    Vote = "vote" => Need::both(Member, Agent),
    /// Confirm what was delivered.
    ConfirmResolution = "confirm_resolution" => Need::both(Member, Agent),
    /// Reopen what was delivered.
    ReopenTicket = "reopen_ticket" => Need::both(Member, Agent),
    /// Withdraw a request.
    WithdrawTicket = "withdraw_ticket" => Need::both(Member, Agent),
    /// Say that what was shown in staging is not right yet.
    ValidateWork = "validate_work" => Need::both(Member, Agent),

    /// Approve an estimate, within limits.
    ApproveEstimate = "approve_estimate" => Need::client(Approver),
    /// Reject an estimate.
    RejectEstimate = "reject_estimate" => Need::client(Approver),
    /// Say that an approval recorded in one's name was not one's own.
    DisputeApproval = "dispute_approval" => Need::client(Approver),
    /// Ask about an estimate or a quote.
    AskAboutEstimate = "ask_about_estimate" => Need::client(Approver),
    /// Accept a quote, within limits, or reject it.
    AnswerQuote = "answer_quote" => Need::client(Approver),
    /// Accept or decline a deployment window.
    AnswerWindow = "answer_window" => Need::client(Approver),
    /// Order packs, within limits.
    PlaceOrder = "place_order" => Need::client(Approver),
    /// Accept a new version of the terms and conditions.
    AcceptTerms = "accept_terms" => Need::client(Approver),
    /// Cancel an order that was not paid; whoever placed it may, too.
    CancelOrder = "cancel_order" => Need::both(Owner, Lead),

    /// Extend a lot.
    ExtendLot = "extend_lot" => Need::both(Owner, Admin),
    /// Invite, change and remove people of the organization.
    ManageMembers = "manage_members" => Need::both(Owner, Admin),
    /// Give and take back standing approvals.
    ManageStandingApprovals = "manage_standing_approvals" => Need::both(Owner, Admin),
    /// Set the emergency clause.
    ManageEmergencyClause = "manage_emergency_clause" => Need::both(Owner, Admin),

    /// Confirm or dispute work that began under the emergency clause.
    AnswerEmergency = "answer_emergency" => Need::client(Owner),
    /// Set when alerts about minutes ring.
    ManageAlerts = "manage_alerts" => Need::both(Owner, Admin),

    /// Read what is internal: notes, internal events, load, the board.
    ReadInternal = "read_internal" => Need::staff(Agent),
    /// Write internal notes.
    WriteInternalNotes = "write_internal_notes" => Need::staff(Agent),
    /// Decide severity, kind and scope.
    Triage = "triage" => Need::staff(Agent),
    /// Say how tickets belong to each other.
    LinkTickets = "link_tickets" => Need::staff(Agent),
    /// Offer, revise and withdraw estimates.
    OfferEstimate = "offer_estimate" => Need::staff(Agent),
    /// Take a ticket, or assign one that is one's own or nobody's.
    AssignTicket = "assign_ticket" => Need::staff(Agent),
    /// Move a ticket along its workflow.
    MoveTicket = "move_ticket" => Need::staff(Agent),
    /// Record diagnosis, reproduction, waivers and tests.
    RecordEvidence = "record_evidence" => Need::staff(Agent),
    /// Propose a deployment window.
    ProposeWindow = "propose_window" => Need::staff(Agent),
    /// Log time, and reverse one's own.
    LogTime = "log_time" => Need::staff(Agent),
    /// Record a mitigation.
    RecordMitigation = "record_mitigation" => Need::staff(Agent),
    /// Resolve a ticket with its closure record.
    ResolveTicket = "resolve_ticket" => Need::staff(Agent),

    /// Confirm an order's payment, or note that it bounced.
    ConfirmPayment = "confirm_payment" => Need::staff(Lead),
    /// Start a lot before its payment, where that is agreed with the client.
    ActivateUnpaid = "activate_unpaid" => Need::staff(Lead),
    /// Record an approval given by phone or mail.
    RecordApproval = "record_approval" => Need::staff(Lead),
    /// Reassign the work of others, and reverse their time.
    ReassignWork = "reassign_work" => Need::staff(Lead),
    /// Decide that a recurrence is under warranty.
    DecideWarranty = "decide_warranty" => Need::staff(Lead),
    /// Decide about a disputed emergency.
    SettleEmergency = "settle_emergency" => Need::staff(Lead),
    /// Say that an earlier severity was a mistake: what was missed under it does not stay.
    RecordMisclassification = "record_misclassification" => Need::staff(Lead),
    /// Adjust a lot.
    AdjustLot = "adjust_lot" => Need::staff(Lead),
    /// Grant goodwill and opening lots.
    GrantGoodwill = "grant_goodwill" => Need::staff(Lead),
    /// Void a lot.
    VoidLot = "void_lot" => Need::staff(Lead),

    /// Create organizations.
    CreateOrganization = "create_organization" => Need::staff(Admin),
    /// Set up systems and environments of an organization.
    ManageSystems = "manage_systems" => Need::staff(Admin),
    /// Edit the plans.
    ManagePlans = "manage_plans" => Need::staff(Admin),
    /// Publish terms.
    ManageTerms = "manage_terms" => Need::staff(Admin),
    /// Edit SLA policies.
    ManagePolicies = "manage_policies" => Need::staff(Admin),
    /// Edit calendars.
    ManageCalendars = "manage_calendars" => Need::staff(Admin),
    /// Invite, change and remove people on the staff.
    ManageStaff = "manage_staff" => Need::staff(Admin),
    /// Refund a lot.
    RefundLot = "refund_lot" => Need::staff(Admin),
    /// Take over running contracts from a file.
    ImportContracts = "import_contracts" => Need::staff(Admin),
    /// Let an organization owe more: the limit of its debt is the agency's credit.
    RaiseDebtLimit = "raise_debt_limit" => Need::staff(Admin),
    /// Change settings of the installation and of organizations.
    ManageSettings = "manage_settings" => Need::staff(Admin),
}
