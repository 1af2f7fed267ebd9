//! Client organizations, their people and their systems.

use crate::common::given;
use crate::texts::one_line;
use chrono::{DateTime, Utc};
use daypack_domain::ids::{OrganizationId, SystemId, UserId};
use daypack_domain::money::Money;
use daypack_domain::policy::{ClientRole, StaffRole};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /organizations`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    /// The company's name.
    #[garde(length(chars, min = 1, max = 120), custom(one_line))]
    pub name: String,
    /// The beginning of ticket references: 2 to 8 capital letters or digits, a letter first.
    #[garde(length(chars, min = 2, max = 8))]
    pub prefix: String,
    /// IANA name, such as `Europe/Madrid`.
    #[garde(length(chars, min = 1, max = 64))]
    pub time_zone: String,
    /// `en`, `es` or `fr`.
    #[garde(length(chars, min = 2, max = 5))]
    pub locale: String,
    /// ISO 4217.
    #[garde(length(chars, min = 3, max = 3))]
    pub currency: String,
}

/// A client organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Identifier.
    pub id: OrganizationId,
    /// Short name in addresses: the prefix in small letters.
    pub slug: String,
    /// The company's name.
    pub name: String,
    /// The beginning of ticket references.
    pub prefix: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Language of its mails and statements.
    pub locale: String,
    /// Currency of its orders.
    pub currency: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

/// `PATCH /organizations/{id}`: what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeOrganization {
    /// The company's name.
    #[garde(inner(length(chars, min = 1, max = 120), custom(one_line)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// IANA name. Lots end from now on where it says; what has expired stays expired.
    #[garde(inner(length(chars, min = 1, max = 64)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// `en`, `es` or `fr`.
    #[garde(inner(length(chars, min = 2, max = 5)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// The most that a limit in minutes can be; the least is 0.
pub const APPROVAL_LIMIT_MAX_MINUTES: i64 = 10_000_000;

/// `POST /organizations/{id}/members`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Where the link to accept is sent.
    #[garde(length(chars, min = 3, max = 254), custom(one_line))]
    pub email: String,
    /// Their name; who has an account already keeps the name that they have there.
    #[garde(length(chars, min = 1, max = 120), custom(one_line))]
    pub name: String,
    /// What they may do there.
    #[garde(skip)]
    pub role: ClientRole,
    /// Minutes that an approver may approve for one ticket, in all. Without one there is no limit in minutes; owners
    /// have none.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000))]
    pub approval_limit_minutes: Option<i64>,
    /// Money they may order for in one order. Nobody but owners orders without one.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_limit: Option<Money>,
}

/// A person of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who; another id until they have accepted.
    pub user_id: UserId,
    /// Where mail reaches them.
    pub email: String,
    /// Their name; until they have accepted, as it was typed by whoever invited them.
    pub name: String,
    /// What they may do there.
    pub role: ClientRole,
    /// Minutes they may approve for one ticket, in all; nothing means no limit in minutes.
    pub approval_limit_minutes: Option<i64>,
    /// Money they may order for in one order.
    pub order_limit: Option<Money>,
    /// They have not accepted yet.
    pub invited: bool,
    /// For `If-Match`.
    pub version: i64,
}

/// `PATCH /organizations/{id}/members/{user_id}`: what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    /// What they may do there from now on.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ClientRole>,
    /// Minutes they may approve for one ticket; `null` takes the limit away.
    #[garde(skip)]
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000))]
    pub approval_limit_minutes: Option<Option<i64>>,
    /// Money they may order for in one order; with `null` they order nothing, unless they are owners.
    #[garde(skip)]
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Money>))]
    pub order_limit: Option<Option<Money>>,
}

/// `POST /organizations/{id}/systems`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddSystem {
    /// What its people call it.
    #[garde(length(chars, min = 1, max = 120), custom(one_line))]
    pub name: String,
    /// What it is for.
    #[garde(length(chars, max = 2000))]
    #[serde(default)]
    pub description: String,
    /// Parts of it that a request can be about.
    #[garde(length(max = 100), inner(length(chars, min = 1, max = 120), custom(one_line)))]
    #[serde(default)]
    pub components: Vec<String>,
    /// Where it runs; `production` and `staging` when left out.
    #[garde(length(max = 20), dive)]
    #[serde(default)]
    pub environments: Vec<Environment>,
}

/// One place where a system runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Such as `production`.
    #[garde(length(chars, min = 1, max = 60), custom(one_line))]
    pub name: String,
    /// A deployment there needs a window that the client accepted.
    #[garde(skip)]
    pub window_required: bool,
}

/// Software under maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct System {
    /// Identifier.
    pub id: SystemId,
    /// What its people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Parts of it.
    pub components: Vec<String>,
    /// Where it runs.
    pub environments: Vec<Environment>,
}

/// `POST /users`: adds somebody to the staff.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddStaff {
    /// Where the link to set a password is sent.
    #[garde(length(chars, min = 3, max = 254), custom(one_line))]
    pub email: String,
    /// Their name.
    #[garde(length(chars, min = 1, max = 120), custom(one_line))]
    pub name: String,
    /// What they may do.
    #[garde(skip)]
    pub staff_role: StaffRole,
    /// `en`, `es` or `fr`; `en` when left out.
    #[garde(inner(length(chars, min = 2, max = 5)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Somebody on the staff, as `GET /users?staff=true` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffMember {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
    /// Their role.
    pub staff_role: StaffRole,
    /// Tickets in work that are assigned to them.
    pub in_work: i64,
}
