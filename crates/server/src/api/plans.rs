//! `/plans`: what is sold.

use actix_web::{get, web::Data};
use daypack_api_types::{Items, plan::Plan};
use daypack_domain::{
    money::Money,
    plan,
    policy::{Action, Subject, may},
};
use daypack_store::catalogue;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    app::{App, Reply},
    edge::{Answer, Public},
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(list_plans);
}

/// The plans on sale, in the order in which they are shown. Public.
#[utoipa::path(tag = "catalogue", security(()), responses((status = 200, body = Items<Plan>)))]
#[get("/plans")]
pub async fn list_plans(app: Data<App>, caller: Public) -> Reply {
    app.read(&caller, |conn, context| {
        may(&context.actor, Action::ReadCatalogue, Subject::Installation)?;
        let items = catalogue::current_plans(conn)?.into_iter().map(json).collect();
        Answer::ok(&Items::<Plan> { items })
    })
    .await
}

fn json(plan: plan::Plan) -> Plan {
    // What ships is translated in the page's texts; what the agency wrote itself is the text.
    let ships = plan::shipped(plan.currency)
        .iter()
        .any(|it| it.code == plan.code && it.audience == plan.audience);
    let description = if ships {
        format!("plan.{}.description", plan.code)
    } else {
        plan.audience
    };
    Plan {
        code: plan.code.to_string(),
        name: plan.name,
        price: Money {
            amount_minor: plan.price_minor,
            currency: plan.currency,
        },
        minimum_packs: plan.minimum_packs,
        minutes_per_pack: plan.minutes_per_pack,
        shown_hours: plan.shown_hours,
        validity_months: i64::from(plan.validity_months),
        extension_months: plan.extension_months.map(i64::from),
        queue: plan.queue,
        free_minutes: plan.free_minutes,
        description,
    }
}
