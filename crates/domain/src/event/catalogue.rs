//! What happens to what is sold: plans, terms and the seller.

macro_rules! catalogue_events {
    ({ $($before:tt)* } $next:ident $(, $later:ident)*) => { $next! { {
        $($before)*

        /// A version of a plan was published: a new plan, or an edit.
        PlanChanged = "plan.changed", Internal {
            /// The plan's code.
            plan_code: String,
            /// The version from now on.
            version: i64,
            /// The names of the fields that changed; empty for a new plan.
            fields: Vec<String>,
        }
        /// A plan was taken off sale.
        PlanRetired = "plan.retired", Internal {
            /// The plan's code.
            plan_code: String,
        }
        /// A retired plan is on sale again.
        PlanRestored = "plan.restored", Internal {
            /// The plan's code.
            plan_code: String,
        }
        /// How the agency sells changed.
        SellerChanged = "seller.changed", Internal {
            /// The names of the fields that changed.
            fields: Vec<String>,
        }
        /// New terms were published.
        TermsPublished = "terms.published", Internal {
            /// Their version.
            version: i64,
            /// Whether clients with a running contract are asked to accept it.
            requires_acceptance: bool,
        }
    } $($later),* } };
}

pub(super) use catalogue_events;
