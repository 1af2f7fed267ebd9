//! Orders: from the request for packs to active minutes (section 2).

use crate::ids::{OrderId, OrganizationId, UserId};
use crate::money::{Currency, Money};
use crate::plan::{MOST_PACKS, Plan};
use crate::policy::{Action, Actor, may};
use crate::problem::{FieldProblem, Refusal};
use crate::terms;
use crate::time::Instant;
use crate::words::words;
use chrono::TimeDelta;

/// An order that nobody pays lapses after so many days; where the minutes start before the payment, it is due then.
pub const DAYS_TO_PAY: i64 = 30;
/// So many days after it was due the client is reminded of a payment.
pub const DAYS_TO_REMINDERS: [i64; 2] = [0, 7];

words! {
    /// Where an order stands.
    OrderStatus {
        /// Accepted by the client, not paid.
        Placed = "placed",
        /// Paid, its minutes not granted yet.
        Paid = "paid",
        /// Its minutes are granted.
        Activated = "activated",
        /// Taken back before payment, also by making its minutes void; or its payment bounced before activation.
        Cancelled = "cancelled",
        /// Nobody paid in time.
        Lapsed = "lapsed",
    }
}

/// Acceptance of the terms and conditions, kept with the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsAcceptance {
    /// The version accepted.
    pub version: i64,
    /// SHA-256 of the text accepted, in hexadecimal.
    pub hash: String,
    /// Who accepted.
    pub accepted_by: UserId,
    /// When.
    pub accepted_at: Instant,
}

/// The terms and conditions that hold today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentTerms {
    /// Their version.
    pub version: i64,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
}

/// What somebody orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement<'a> {
    /// The id of the new order.
    pub order_id: OrderId,
    /// The client.
    pub organization_id: OrganizationId,
    /// Who orders.
    pub placed_by: UserId,
    /// What the client pays in.
    pub currency: Currency,
    /// The plan as it is today.
    pub plan: &'a Plan,
    /// How many packs.
    pub packs: i64,
    /// The version of the terms that the person saw.
    pub terms_version: i64,
}

/// An order for packs, with a copy of every term of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The client.
    pub organization_id: OrganizationId,
    /// The plan as it was sold; later edits of the plan do not reach it.
    pub plan: Plan,
    /// How many packs.
    pub packs: i64,
    /// What they cost.
    pub total: Money,
    /// The accepted terms and conditions.
    pub terms: TermsAcceptance,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was placed.
    pub placed_at: Instant,
    /// Who placed it.
    pub placed_by: UserId,
    /// The reference of its payment, once there is one.
    pub payment_reference: Option<String>,
    /// When the payment was confirmed.
    pub paid_at: Option<Instant>,
    /// When its minutes were granted.
    pub activated_at: Option<Instant>,
    /// When its payment bounced.
    pub bounced_at: Option<Instant>,
}

/// What confirming a payment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentEffect {
    /// It is paid now.
    Confirmed,
    /// This payment was confirmed before; nothing has changed.
    AlreadyConfirmed,
}

impl Order {
    /// Places an order.
    ///
    /// # Errors
    /// `invalid` with every field that cannot be accepted: a plan in another currency, too few or too many packs,
    /// terms that are not current.
    pub fn place(placement: &Placement<'_>, current: &CurrentTerms, now: Instant) -> Result<Self, Refusal> {
        let plan = placement.plan;
        let mut problems = Vec::new();
        if plan.currency != placement.currency {
            let (sold, paid) = (plan.currency.as_str(), placement.currency.as_str());
            let detail = format!("{} is sold in {sold}, and this client pays in {paid}", plan.name);
            problems.push(FieldProblem::new("/plan_code", "currency_mismatch", detail));
        }
        if placement.packs < plan.minimum_packs {
            let detail = format!("{} is sold from {} packs", plan.name, plan.minimum_packs);
            problems.push(FieldProblem::new("/packs", "below_minimum", detail));
        }
        if placement.packs > MOST_PACKS {
            problems.push(FieldProblem::new(
                "/packs",
                "too_large",
                format!("at most {MOST_PACKS} packs"),
            ));
        }
        if let Err(Refusal::Invalid(outdated)) =
            terms::check_current("/terms_version", placement.terms_version, current.version)
        {
            problems.extend(outdated);
        }
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        Ok(Self {
            id: placement.order_id,
            organization_id: placement.organization_id,
            plan: plan.clone(),
            packs: placement.packs,
            total: plan.total(placement.packs),
            terms: TermsAcceptance {
                version: current.version,
                hash: current.hash.clone(),
                accepted_by: placement.placed_by,
                accepted_at: now,
            },
            status: OrderStatus::Placed,
            placed_at: now,
            placed_by: placement.placed_by,
            payment_reference: None,
            paid_at: None,
            activated_at: None,
            bounced_at: None,
        })
    }

    /// The minutes it buys.
    #[must_use]
    pub const fn minutes(&self) -> i64 {
        self.plan.minutes(self.packs)
    }

    /// When it lapses if nobody pays.
    #[must_use]
    pub fn lapses_at(&self) -> Instant {
        self.placed_at + TimeDelta::days(DAYS_TO_PAY)
    }

    /// Lapses when it is due. Every read and write treats a due lapse as done. Returns whether it lapsed now.
    pub fn settle(&mut self, now: Instant) -> bool {
        let due = self.status == OrderStatus::Placed && self.lapses_at() <= now;
        if due {
            self.status = OrderStatus::Lapsed;
        }
        due
    }

    /// When its payment is due, where its minutes started before it; nothing once it is paid or given up.
    #[must_use]
    pub fn payment_due_at(&self) -> Option<Instant> {
        let waits = self.status == OrderStatus::Activated && self.paid_at.is_none() && self.bounced_at.is_none();
        self.activated_at
            .filter(|_| waits)
            .map(|activated_at| activated_at + TimeDelta::days(DAYS_TO_PAY))
    }

    /// How many reminders of its payment are due at `now`, and since when the last of them is; nothing before the first.
    #[must_use]
    pub fn payment_reminders(&self, now: Instant) -> Option<(i64, Instant)> {
        let due_at = self.payment_due_at()?;
        let due = DAYS_TO_REMINDERS.iter().map(|days| due_at + TimeDelta::days(*days));
        (1..).zip(due).take_while(|(_, at)| *at <= now).last()
    }

    /// Checks that it can be paid now: it waits for its payment.
    ///
    /// # Errors
    /// `already_paid`, `payment_bounced`, `order_cancelled`, `order_lapsed`.
    pub fn check_payable(&mut self, now: Instant) -> Result<(), Refusal> {
        self.settle(now);
        let (code, detail) = match self.status {
            _ if self.bounced_at.is_some() => ("payment_bounced", "its payment bounced: order again"),
            OrderStatus::Cancelled => ("order_cancelled", "this order was cancelled: it cannot be paid"),
            OrderStatus::Lapsed => ("order_lapsed", "nobody paid this order in time: order again"),
            _ if self.paid_at.is_some() => ("already_paid", "this order is paid"),
            OrderStatus::Placed | OrderStatus::Activated | OrderStatus::Paid => return Ok(()),
        };
        Err(Refusal::conflict(code, detail))
    }

    /// Checks that it can be paid on a page of a provider now. `under_way` says that a payment was begun there of which
    /// the provider has not said yet how it ended.
    ///
    /// # Errors
    /// As [`Order::check_payable`]; `payment_pending`.
    pub fn check_payable_online(&mut self, now: Instant, under_way: bool) -> Result<(), Refusal> {
        self.check_payable(now)?;
        if under_way {
            let detail = "A payment of this order is under way at the provider; it can take days.";
            return Err(Refusal::conflict("payment_pending", detail));
        }
        Ok(())
    }

    /// Checks that money which came through a provider counts: the order waits for it or was paid with it, and it is
    /// what the order costs. `named` is the order that the provider names. Changes nothing.
    ///
    /// # Errors
    /// As [`Order::confirm_payment`]; `payment_mismatch`.
    pub fn check_money(
        &self,
        reference: &str,
        named: Option<OrderId>,
        amount: Option<Money>,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.clone().confirm_payment(reference, now)?;
        if named == Some(self.id) && amount == Some(self.total) {
            return Ok(());
        }
        let detail = "what was paid is not what this order costs, or it names another order";
        Err(Refusal::conflict("payment_mismatch", detail))
    }

    /// Confirms its payment. The same reference again has no further effect.
    ///
    /// # Errors
    /// `invalid` without a reference; `already_paid` when it was paid under another; else as
    /// [`Order::check_payable`].
    pub fn confirm_payment(&mut self, reference: &str, now: Instant) -> Result<PaymentEffect, Refusal> {
        let reference = reference.trim();
        if reference.is_empty() || reference.chars().count() > 200 {
            let detail = "the reference of the payment has 1 to 200 characters";
            return Err(Refusal::field("/payment_reference", "length", detail));
        }
        let stands = self.paid_at.is_some() && self.bounced_at.is_none();
        match &self.payment_reference {
            Some(known) if stands && known == reference => return Ok(PaymentEffect::AlreadyConfirmed),
            Some(_) if stands => {
                let detail = "this order was paid under another reference";
                return Err(Refusal::conflict("already_paid", detail));
            }
            _ => self.check_payable(now)?,
        }
        // Where it was activated before, the payment comes after.
        if self.status == OrderStatus::Placed {
            self.status = OrderStatus::Paid;
        }
        self.payment_reference = Some(reference.to_owned());
        self.paid_at = Some(now);
        Ok(PaymentEffect::Confirmed)
    }

    /// Grants its minutes: from now on there is a lot. `before_payment` says that the admin allows this client to
    /// pay afterwards.
    ///
    /// # Errors
    /// `payment_required` when it is not paid and must be; `order_cancelled`, `order_lapsed`; `already_activated`.
    pub fn activate(&mut self, now: Instant, before_payment: bool) -> Result<(), Refusal> {
        self.settle(now);
        match self.status {
            OrderStatus::Paid => {}
            OrderStatus::Placed if before_payment => {}
            OrderStatus::Placed => {
                let detail = "the payment is not confirmed, and this client's minutes start after it";
                return Err(Refusal::conflict("payment_required", detail));
            }
            OrderStatus::Activated => {
                return Err(Refusal::conflict("already_activated", "its minutes have started"));
            }
            OrderStatus::Cancelled | OrderStatus::Lapsed => return self.check_payable(now),
        }
        self.status = OrderStatus::Activated;
        self.activated_at = Some(now);
        Ok(())
    }

    /// Whether this actor may take it back: whoever placed it and may still order, owners, leads.
    ///
    /// # Errors
    /// Those of [`may`].
    pub fn may_cancel(&self, actor: &Actor) -> Result<(), Refusal> {
        let own = actor.user_id() == Some(self.placed_by);
        let action = if own { Action::PlaceOrder } else { Action::CancelOrder };
        may(actor, action, self.organization_id.into())
    }

    /// Takes it back before payment.
    ///
    /// # Errors
    /// `order_cancelled`, `order_lapsed`; `invalid_transition` when it is paid or activated.
    pub fn cancel(&mut self, now: Instant) -> Result<(), Refusal> {
        self.settle(now);
        match self.status {
            OrderStatus::Placed => self.status = OrderStatus::Cancelled,
            OrderStatus::Paid | OrderStatus::Activated => return Err(self.refuse("be cancelled")),
            OrderStatus::Cancelled => {
                return Err(Refusal::conflict("order_cancelled", "this order was cancelled before"));
            }
            OrderStatus::Lapsed => return Err(Refusal::conflict("order_lapsed", "this order has lapsed")),
        }
        Ok(())
    }

    /// Its lot, which started before the payment, was made void: nothing is to be paid any more. Returns whether it so
    /// ends now; an order that was paid stays as it is.
    pub fn lot_voided(&mut self) -> bool {
        let waits = self.payment_due_at().is_some();
        if waits {
            self.status = OrderStatus::Cancelled;
        }
        waits
    }

    /// Its payment bounced, or never came after an activation on credit. Its lot, if there is one, goes through
    /// [`crate::ledger::Account::bounce`].
    ///
    /// # Errors
    /// `already_bounced`; `invalid_transition` when nothing was paid or activated.
    pub fn bounce(&mut self, now: Instant) -> Result<(), Refusal> {
        if self.bounced_at.is_some() {
            return Err(Refusal::conflict("already_bounced", "its payment bounced before"));
        }
        self.settle(now);
        match self.status {
            OrderStatus::Paid => self.status = OrderStatus::Cancelled,
            OrderStatus::Activated => {}
            _ => return Err(self.refuse("bounce")),
        }
        self.bounced_at = Some(now);
        Ok(())
    }

    fn refuse(&self, what: &str) -> Refusal {
        Refusal::conflict(
            "invalid_transition",
            format!("an order that is {} cannot {what}", self.status),
        )
    }
}
