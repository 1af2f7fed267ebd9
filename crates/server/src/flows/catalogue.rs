//! The catalogue (section 2): plans are edited in versions, and what was sold keeps its terms.

use daypack_api_types::plan::{CreatePlan, EditPlan};
use daypack_domain::{
    Refusal,
    event::EventKind,
    plan::{MINUTES_PER_PACK, Plan, PlanCode},
    policy::{Action, Subject, may},
    problem::FieldProblem,
};
use daypack_store::{
    Conn,
    catalogue::{self, PlanRecord},
};

use super::events;
use crate::{context::Context, edge::check_version, error::Failure};

/// Free minutes of a plan that says nothing about them.
const USUAL_FREE_MINUTES: i64 = 30;
/// Words that stand where a code would in addresses.
const RESERVED_CODES: [&str; 1] = ["recommendation"];

/// The newest version of each plan, in their order; without retired ones unless they are asked for.
///
/// # Errors
/// The database.
pub fn list(conn: &mut Conn, context: &Context, include_retired: bool) -> Result<Vec<PlanRecord>, Failure> {
    may(&context.actor, Action::ReadCatalogue, Subject::Installation)?;
    Ok(catalogue::newest_plans(conn, include_retired)?)
}

/// The newest version of a plan, on sale or retired.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such plan.
pub fn find(conn: &mut Conn, context: &Context, code: &str) -> Result<PlanRecord, Failure> {
    may(&context.actor, Action::ReadCatalogue, Subject::Installation)?;
    Ok(catalogue::newest_plan(conn, code)?.ok_or(Refusal::NotFound)?)
}

/// All versions of a plan, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`] when there is no such plan.
pub fn versions(conn: &mut Conn, context: &Context, code: &str) -> Result<Vec<PlanRecord>, Failure> {
    may(&context.actor, Action::ManagePlans, Subject::Installation)?;
    let versions = catalogue::plan_versions(conn, code)?;
    if versions.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    Ok(versions)
}

/// Adds a plan to the catalogue.
///
/// # Errors
/// [`Refusal::Forbidden`]; `invalid` with every field that cannot be accepted; `plan_code_taken`.
pub fn create(conn: &mut Conn, context: &Context, input: &CreatePlan) -> Result<PlanRecord, Failure> {
    may(&context.actor, Action::ManagePlans, Subject::Installation)?;
    let plan = checked(input)?;
    catalogue::lock(conn)?;
    if catalogue::newest_plan(conn, plan.code.as_str())?.is_some() {
        let detail = format!("{} is the code of another plan, perhaps a retired one", plan.code);
        return Err(Refusal::conflict("plan_code_taken", detail).into());
    }
    let last = catalogue::newest_plans(conn, true)?
        .last()
        .map_or(0, |record| record.position);
    let record = PlanRecord {
        plan,
        position: input.position.unwrap_or(last + 1),
        on_sale: true,
        published_at: context.now,
        published_by: context.actor.user_id(),
    };
    publish(conn, context, &record, Vec::new())?;
    Ok(record)
}

fn checked(input: &CreatePlan) -> Result<Plan, Refusal> {
    let mut problems = Vec::new();
    // Where the code cannot be, another one stands for it until the other fields are checked too.
    let code = match PlanCode::parse(&input.code) {
        Ok(code) => code,
        Err(refusal) => {
            problems.extend(fields_of(refusal)?);
            PlanCode::parse("plan")?
        }
    };
    if RESERVED_CODES.contains(&code.as_str()) {
        problems.push(FieldProblem::new("/code", "reserved", "This word cannot be a code."));
    }
    let plan = Plan {
        code,
        name: input.name.trim().to_owned(),
        audience: input.description.trim().to_owned(),
        price_minor: input.price.amount_minor,
        currency: input.price.currency,
        minimum_packs: input.minimum_packs,
        minutes_per_pack: input.minutes_per_pack.unwrap_or(MINUTES_PER_PACK),
        validity_months: input.validity_months,
        extension_months: input.extension_months,
        queue: input.queue,
        free_minutes: input.free_minutes.unwrap_or(USUAL_FREE_MINUTES),
        shown_hours: input.shown_hours,
        version: 1,
    };
    if let Err(refusal) = plan.validate() {
        problems.extend(fields_of(refusal)?);
    }
    if problems.is_empty() {
        Ok(plan)
    } else {
        Err(Refusal::Invalid(problems))
    }
}

fn fields_of(refusal: Refusal) -> Result<Vec<FieldProblem>, Refusal> {
    match refusal {
        Refusal::Invalid(problems) => Ok(problems),
        other => Err(other),
    }
}

/// Publishes another version of a plan; nothing, when nothing differs. Orders keep the version they were placed on. A
/// retired plan stays retired.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::NotFound`], `stale_version`; `invalid` with every field that cannot be accepted.
pub fn edit(
    conn: &mut Conn,
    context: &Context,
    code: &str,
    input: &EditPlan,
    seen_version: i64,
) -> Result<PlanRecord, Failure> {
    may(&context.actor, Action::ManagePlans, Subject::Installation)?;
    let before = take(conn, code, Some(seen_version))?;
    let mut plan = edited(&before.plan, input);
    plan.validate()?;
    let mut fields = before.plan.differences(&plan);
    let position = input.position.unwrap_or(before.position);
    if position != before.position {
        fields.push("position");
    }
    if fields.is_empty() {
        return Ok(before);
    }
    plan.version += 1;
    let record = PlanRecord {
        plan,
        position,
        on_sale: before.on_sale,
        published_at: context.now,
        published_by: context.actor.user_id(),
    };
    publish(conn, context, &record, fields)?;
    Ok(record)
}

fn edited(plan: &Plan, input: &EditPlan) -> Plan {
    let mut plan = plan.clone();
    if let Some(name) = &input.name {
        name.trim().clone_into(&mut plan.name);
    }
    if let Some(description) = &input.description {
        description.trim().clone_into(&mut plan.audience);
    }
    if let Some(price) = input.price {
        (plan.price_minor, plan.currency) = (price.amount_minor, price.currency);
    }
    if let Some(months) = input.extension_months {
        plan.extension_months = Some(months).filter(|months| *months > 0);
    }
    Plan {
        minimum_packs: input.minimum_packs.unwrap_or(plan.minimum_packs),
        minutes_per_pack: input.minutes_per_pack.unwrap_or(plan.minutes_per_pack),
        validity_months: input.validity_months.unwrap_or(plan.validity_months),
        queue: input.queue.unwrap_or(plan.queue),
        free_minutes: input.free_minutes.unwrap_or(plan.free_minutes),
        shown_hours: input.shown_hours.unwrap_or(plan.shown_hours),
        ..plan
    }
}

/// Takes a plan off sale. Twice has the effect of once; what was sold is not touched.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::NotFound`], `stale_version`.
pub fn retire(
    conn: &mut Conn,
    context: &Context,
    code: &str,
    expected_version: Option<i64>,
) -> Result<PlanRecord, Failure> {
    may(&context.actor, Action::ManagePlans, Subject::Installation)?;
    let mut record = take(conn, code, expected_version)?;
    if record.on_sale {
        catalogue::take_off_sale(conn, code)?;
        record.on_sale = false;
        let plan_code = record.plan.code.to_string();
        events::record(conn, context, None, [EventKind::PlanRetired { plan_code }])?;
    }
    Ok(record)
}

/// Puts a retired plan on sale again. Twice has the effect of once.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::NotFound`], `stale_version`.
pub fn restore(
    conn: &mut Conn,
    context: &Context,
    code: &str,
    expected_version: Option<i64>,
) -> Result<PlanRecord, Failure> {
    may(&context.actor, Action::ManagePlans, Subject::Installation)?;
    let mut record = take(conn, code, expected_version)?;
    if !record.on_sale {
        catalogue::put_on_sale(conn, code, record.plan.version)?;
        record.on_sale = true;
        let plan_code = record.plan.code.to_string();
        events::record(conn, context, None, [EventKind::PlanRestored { plan_code }])?;
    }
    Ok(record)
}

/// The newest version of a plan, for a write: the catalogue is locked.
fn take(conn: &mut Conn, code: &str, expected_version: Option<i64>) -> Result<PlanRecord, Failure> {
    catalogue::lock(conn)?;
    let record = catalogue::newest_plan(conn, code)?.ok_or(Refusal::NotFound)?;
    check_version(expected_version, record.plan.version)?;
    Ok(record)
}

fn publish(conn: &mut Conn, context: &Context, record: &PlanRecord, fields: Vec<&str>) -> Result<(), Failure> {
    catalogue::publish_plan(conn, record)?;
    let kind = EventKind::PlanChanged {
        plan_code: record.plan.code.to_string(),
        version: record.plan.version,
        fields: fields.into_iter().map(str::to_owned).collect(),
    };
    events::record(conn, context, None, [kind])?;
    Ok(())
}
