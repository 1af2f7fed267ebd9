//! What happens to an organization: its people and its systems.

macro_rules! organization_events {
    ({ $($before:tt)* } $next:ident $(, $later:ident)*) => { $next! { {
        $($before)*

        /// A client organization was set up.
        OrganizationCreated = "organization.created", Public {
            /// Its name.
            organization_name: String,
            /// Its prefix for references.
            prefix: String,
            /// Its IANA zone.
            time_zone: String,
        }
        /// Settings of an organization changed.
        OrganizationChanged = "organization.changed", Public {
            /// The names of the fields that changed.
            fields: Vec<String>,
        }
        /// Somebody was given a role in the organization.
        MemberAdded = "member.added", Public {
            /// The person.
            user_id: UserId,
            /// The role.
            role: ClientRole,
            /// The approver's limit for each ticket.
            approval_limit_minutes: Option<i64>,
        }
        /// Role or limits of a member changed.
        MemberChanged = "member.changed", Public {
            /// The person.
            user_id: UserId,
            /// The role from now on.
            role: ClientRole,
            /// The approver's limit for each ticket from now on.
            approval_limit_minutes: Option<i64>,
        }
        /// Somebody is no longer a member.
        MemberRemoved = "member.removed", Public {
            /// The person.
            user_id: UserId,
        }
        /// Somebody joined the staff.
        StaffAdded = "staff.added", Internal {
            /// The person.
            user_id: UserId,
            /// The role.
            role: StaffRole,
        }
        /// A system came under maintenance.
        SystemCreated = "system.created", Public {
            /// The system.
            system_id: SystemId,
            /// Its name.
            system_name: String,
        }
        /// A system's facts changed.
        SystemChanged = "system.changed", Public {
            /// The system.
            system_id: SystemId,
            /// The names of the fields that changed.
            fields: Vec<String>,
        }
    } $($later),* } };
}

pub(super) use organization_events;
