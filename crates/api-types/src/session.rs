//! Signing in, and who is signed in.

use crate::texts::one_line;
use daypack_domain::ids::{OrganizationId, UserId};
use daypack_domain::policy::{ClientRole, StaffRole};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /sessions`
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The address of the account.
    #[garde(length(chars, min = 3, max = 254))]
    pub email: String,
    /// The password.
    #[garde(length(bytes, min = 1, max = 1024))]
    pub password: String,
}

/// A session that was just made or refreshed. The refresh token travels in a cookie only.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Send it as `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// Who signed in.
    pub user: Me,
}

/// `GET /me`: the person who asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Who.
    pub id: UserId,
    /// The address they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Language code: `en`, `es` or `fr`.
    pub locale: String,
    /// Their role on the staff; nothing for clients.
    pub staff_role: Option<StaffRole>,
    /// The organizations they belong to.
    pub memberships: Vec<Membership>,
    /// The words of what they may do somewhere; the page shows what follows from them.
    pub permissions: Vec<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// One person's place in one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// IANA time zone of the organization.
    pub time_zone: String,
    /// The role there.
    pub role: ClientRole,
    /// Minutes this person may approve for one ticket, in all; nothing means no limit in minutes. Whether they may
    /// approve at all is their role's.
    pub approval_limit_minutes: Option<i64>,
    /// The version of the terms that this person is asked to accept for the organization; nothing when none is.
    pub asked_terms_version: Option<i64>,
    /// What this person may do in this organization: words of the policy's actions.
    pub permissions: Vec<String>,
}

/// `PATCH /me`: what is left out stays.
#[derive(Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditMe {
    /// A new name.
    #[garde(inner(length(chars, min = 1, max = 120), custom(one_line)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A language code: `en`, `es` or `fr`.
    #[garde(inner(length(chars, min = 2, max = 5)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// A new password; ends every other session.
    #[garde(inner(length(chars, min = 10, max = 256)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The password used until now; required with `password`.
    #[garde(inner(length(bytes, min = 1, max = 1024)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
}

/// `POST /password-resets`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// The address of the account.
    #[garde(length(chars, min = 3, max = 254))]
    pub email: String,
}

/// `POST /password-resets/{token}`
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The new password.
    #[garde(length(chars, min = 10, max = 256))]
    pub password: String,
}
