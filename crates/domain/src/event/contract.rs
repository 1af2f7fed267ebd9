//! What happens to the contract: orders, terms, and the minutes of lots.

macro_rules! contract_events {
    ({ $($before:tt)* } $next:ident $(, $later:ident)*) => { $next! { {
        $($before)*

        /// Packs were ordered, and terms accepted.
        OrderPlaced = "order.placed", Public {
            /// The order.
            order_id: OrderId,
            /// The plan's code.
            plan_code: String,
            /// How many packs.
            packs: i64,
            /// The terms that were accepted.
            terms_version: String,
        }
        /// The payment of an order was confirmed.
        OrderPaid = "order.paid", Public {
            /// The order.
            order_id: OrderId,
            /// The payment's reference.
            payment_reference: String,
        }
        /// An order's lot started.
        OrderActivated = "order.activated", Public {
            /// The order.
            order_id: OrderId,
            /// The lot that it bought.
            lot_id: LotId,
        }
        /// An order was cancelled before payment.
        OrderCancelled = "order.cancelled", Public {
            /// The order.
            order_id: OrderId,
            /// Why.
            reason: Option<String>,
        }
        /// An order was not paid in time.
        OrderLapsed = "order.lapsed", Public {
            /// The order.
            order_id: OrderId,
        }
        /// The payment of an order whose minutes started before it is due, or still did not come.
        PaymentReminded = "order.payment_reminded", Public {
            /// The order.
            order_id: OrderId,
            /// Which reminder, from 1.
            reminder: i64,
            /// Since when it is due.
            due_at: Instant,
        }
        /// The payment of an order bounced, or was given up after an activation on credit.
        OrderBounced = "order.bounced", Public {
            /// The order.
            order_id: OrderId,
            /// Why.
            reason: String,
            /// Minutes that were available and are gone.
            voided_minutes: i64,
            /// Minutes that were used or held, and are owed now.
            debt_minutes: i64,
        }
        /// Money came for an order through a provider and does not count: the order stays as it is.
        PaymentUnexpected = "order.payment_unexpected", Public {
            /// The order.
            order_id: OrderId,
            /// The provider's word.
            provider: String,
            /// The payment's reference at the provider.
            payment_reference: String,
            /// How much came, as far as the provider says.
            amount: Option<Money>,
            /// Why it does not count, as a code: `already_paid`, for instance.
            code: String,
        }
        /// A version of the terms was accepted, apart from any order.
        TermsAccepted = "terms.accepted", Public {
            /// The version.
            version: i64,
            /// SHA-256 of its text, in hexadecimal.
            hash: String,
        }
        /// Minutes became usable.
        LotGranted = "lot.granted", Public {
            /// The lot.
            lot_id: LotId,
            /// How many minutes.
            minutes: i64,
            /// Last day of use, inclusive, in the organization's zone.
            expires_on: NaiveDate,
        }
        /// Minutes were given without an order, or taken over from a running contract.
        LotGiven = "lot.given", Public {
            /// The lot.
            lot_id: LotId,
            /// As what.
            origin: LotOrigin,
            /// How many minutes.
            minutes: i64,
            /// Last day of use, inclusive, in the organization's zone.
            expires_on: NaiveDate,
            /// Why.
            reason: String,
        }
        /// A lot lasts longer.
        LotExtended = "lot.extended", Public {
            /// The lot.
            lot_id: LotId,
            /// Last day of use from now on.
            expires_on: NaiveDate,
            /// Last day of use until now.
            previous_expires_on: NaiveDate,
            /// Why, where somebody said so.
            #[serde(default)]
            reason: Option<String>,
        }
        /// A lot that nobody used was taken back.
        LotVoided = "lot.voided", Public {
            /// The lot.
            lot_id: LotId,
            /// How many minutes are gone.
            minutes: i64,
            /// Why.
            reason: String,
        }
        /// Unused minutes were paid back.
        LotRefunded = "lot.refunded", Public {
            /// The lot.
            lot_id: LotId,
            /// How many minutes are gone.
            minutes: i64,
            /// What is paid for them.
            amount: Money,
            /// Why.
            reason: String,
        }
        /// Minutes were added to a lot, or taken from it.
        LotAdjusted = "lot.adjusted", Public {
            /// The lot.
            lot_id: LotId,
            /// How many were added; below 0, taken away.
            minutes: i64,
            /// Why.
            reason: String,
        }
        /// Which systems a lot serves was changed.
        LotLimited = "lot.limited", Public {
            /// The lot.
            lot_id: LotId,
            /// The systems from now on; empty means all.
            system_ids: Vec<SystemId>,
            /// Why.
            reason: String,
        }
        /// Minutes of a lot expired unused.
        LotExpired = "lot.expired", Public {
            /// The lot.
            lot_id: LotId,
            /// How many minutes.
            minutes: i64,
        }
        /// A lot is nearly used, or expires soon with minutes left.
        LotLow = "lot.low", Public {
            /// The lot.
            lot_id: LotId,
            /// What is available.
            available_minutes: i64,
            /// Percent used that was crossed, if that is what rang.
            used_percent: Option<i64>,
            /// Days left that were crossed, if that is what rang.
            days_left: Option<i64>,
        }

        /// At the pace of the last weeks nothing is left soon.
        MinutesRunningOut = "minutes.running_out", Public {
            /// What is available, over all lots.
            available_minutes: i64,
            /// Days until nothing is left.
            days_left: i64,
        }
    } $($later),* } };
}

pub(super) use contract_events;
