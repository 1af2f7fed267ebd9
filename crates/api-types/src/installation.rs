//! What the sign-in page needs to know before anybody signed in.

use serde::{Deserialize, Serialize};

/// This installation of Daypack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Installation {
    /// The agency's name for it.
    pub name: String,
    /// Languages the page speaks, as language codes.
    pub locales: Vec<String>,
    /// Whether orders can be paid online.
    pub online_payment: bool,
    /// People to try it as; empty unless demo data is there.
    pub demo_people: Vec<DemoPerson>,
}

/// Somebody from the demo data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoPerson {
    /// Their name.
    pub name: String,
    /// Sign in with this and the demo password.
    pub email: String,
    /// The word of their role: `owner`, `lead`, ...
    pub role: String,
    /// Their company; nothing for staff.
    pub organization: Option<String>,
}
