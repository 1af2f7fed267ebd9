//! What operations answer with as a whole: how each is shown, and the version that its `ETag` gives.

use daypack_api_types::{
    approval::StandingApproval,
    estimate::Estimate,
    lot::{LotDetail, LotRefund},
    order::Order,
    organization::Organization,
    plan::Plan,
    settings::SellerSettings,
    ticket::{Comment, Ticket},
    work::{TimeEntry, Window},
};
use daypack_store::{
    Conn, catalogue::PlanRecord, comments, estimates, lots::LotRecord, orders::OrderRecord, organizations,
    standing_approvals, time_entries, windows,
};
use serde::Serialize;

use super::{approvals, catalogue, lot_details, orders, settings, tickets, work};
use crate::{
    context::Context,
    error::Failure,
    flows::{estimates::standing, lots::Refunded, settings::Seller, tickets::Case},
};

/// What a flow gives back and an operation answers with.
pub trait Resource {
    /// Its shape in the API.
    type View: Serialize;

    /// Its version, where it has one.
    fn version(&self) -> Option<i64>;

    /// As the context's actor sees it.
    ///
    /// # Errors
    /// The database.
    fn view(self, conn: &mut Conn, context: &Context) -> Result<Self::View, Failure>;
}

/// The view of the only one that was to be shown.
///
/// # Errors
/// There is none: a fault of ours.
pub fn only<T>(views: Vec<T>) -> Result<T, Failure> {
    let missing = || Failure::internal(format!("no {} to show", std::any::type_name::<T>()));
    views.into_iter().next().ok_or_else(missing)
}

impl Resource for LotRecord {
    type View = LotDetail;

    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn view(self, conn: &mut Conn, _: &Context) -> Result<LotDetail, Failure> {
        only(lot_details::lots(conn, vec![self])?)
    }
}

impl Resource for Refunded {
    type View = LotRefund;

    fn version(&self) -> Option<i64> {
        self.record.version()
    }

    fn view(self, conn: &mut Conn, context: &Context) -> Result<LotRefund, Failure> {
        Ok(LotRefund {
            minutes: self.minutes,
            amount: self.amount,
            lot: self.record.view(conn, context)?,
        })
    }
}

impl Resource for OrderRecord {
    type View = Order;

    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn view(self, conn: &mut Conn, context: &Context) -> Result<Order, Failure> {
        only(orders::orders(conn, context.now, vec![self])?)
    }
}

impl Resource for estimates::Estimate {
    type View = Estimate;

    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn view(self, conn: &mut Conn, context: &Context) -> Result<Estimate, Failure> {
        only(super::estimates::estimates(conn, context.now, vec![self])?)
    }
}

impl Resource for Case {
    type View = Ticket;

    fn version(&self) -> Option<i64> {
        Some(self.ticket.version)
    }

    fn view(self, conn: &mut Conn, context: &Context) -> Result<Ticket, Failure> {
        tickets::whole(conn, context, self.seen())
    }
}

impl Resource for comments::Comment {
    type View = Comment;

    fn version(&self) -> Option<i64> {
        None
    }

    fn view(self, conn: &mut Conn, _: &Context) -> Result<Comment, Failure> {
        only(super::comments::comments(conn, vec![self])?)
    }
}

impl Resource for windows::Window {
    type View = Window;

    fn version(&self) -> Option<i64> {
        None
    }

    fn view(self, conn: &mut Conn, _: &Context) -> Result<Window, Failure> {
        only(work::windows(conn, vec![self])?)
    }
}

impl Resource for time_entries::TimeEntry {
    type View = TimeEntry;

    fn version(&self) -> Option<i64> {
        None
    }

    fn view(self, conn: &mut Conn, _: &Context) -> Result<TimeEntry, Failure> {
        only(work::time_entries(conn, self.organization_id, vec![self])?)
    }
}

impl Resource for PlanRecord {
    type View = Plan;

    fn version(&self) -> Option<i64> {
        Some(self.plan.version)
    }

    fn view(self, _: &mut Conn, context: &Context) -> Result<Plan, Failure> {
        Ok(catalogue::plan(self, context.language))
    }
}

impl Resource for Seller {
    type View = SellerSettings;

    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn view(self, _: &mut Conn, _: &Context) -> Result<SellerSettings, Failure> {
        Ok(settings::seller(&self))
    }
}

impl Resource for organizations::Organization {
    type View = Organization;

    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn view(self, _: &mut Conn, _: &Context) -> Result<Organization, Failure> {
        Ok(super::organizations::organization(&self))
    }
}

/// A standing approval, with what was used of it this month in the organization's zone.
impl Resource for (organizations::Organization, standing_approvals::StandingApproval) {
    type View = StandingApproval;

    fn version(&self) -> Option<i64> {
        Some(self.1.version)
    }

    fn view(self, conn: &mut Conn, context: &Context) -> Result<StandingApproval, Failure> {
        let (organization, row) = self;
        let (mut all, month) = standing::used(conn, &organization, context.now)?;
        all.retain(|used| used.approval.id == row.id);
        only(approvals::standing_approvals(conn, all, month)?)
    }
}
