//! `/installation`: what the sign-in page needs to know before anybody signed in.

use actix_web::{get, web::Data};
use daypack_api_types::installation::{DemoPerson, Installation};
use daypack_store::settings;

use crate::{
    app::{App, Reply},
    edge::{Answer, Public},
    error::Failure,
    operations::ServiceConfig,
};

/// The setting with the people of the demo data, as JSON; there is one only while demo data is there.
pub const DEMO_PEOPLE_SETTING: &str = "demo_people";
/// The setting with the agency's name.
pub const NAME_SETTING: &str = "installation_name";
/// What the agency is called before it says so.
pub const DEFAULT_NAME: &str = "Daypack";
/// Languages of the page and of mails.
pub const LOCALES: &[&str] = &["en", "es", "fr"];

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(show_installation);
}

/// The name of this installation, its languages, and people to try it as. Public.
#[utoipa::path(
    tag = "installation", security(()),
    responses((status = 200, body = Installation))
)]
#[get("/installation")]
pub async fn show_installation(app: Data<App>, caller: Public) -> Reply {
    let online_payment = app.payments.is_some();
    app.read(&caller, move |conn, _| {
        let name = settings::get(conn, NAME_SETTING)?.unwrap_or_else(|| DEFAULT_NAME.to_owned());
        let demo_people: Vec<DemoPerson> = match settings::get(conn, DEMO_PEOPLE_SETTING)? {
            Some(people) => serde_json::from_str(&people).map_err(Failure::internal)?,
            None => Vec::new(),
        };
        Answer::ok(&Installation {
            name,
            locales: LOCALES.iter().map(|word| (*word).to_owned()).collect(),
            online_payment,
            demo_people,
        })
    })
    .await
}
