//! What each row of a file means: its client, its plan, its minutes, its last day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use daypack_domain::{
    Refusal,
    ids::OrganizationId,
    lot::{GiftedLot, Lot, LotOrigin, LotStatus},
    plan::Plan,
    problem::FieldProblem,
};
use daypack_store::{
    Conn, catalogue, imports, lots,
    organizations::{self, Organization},
};

use super::table::{Column, Row, Table};
use crate::{context::Context, error::Failure, flows};

/// What the longest reference has, in characters.
const LONGEST_REFERENCE: usize = 120;
/// Why a contract is there when the file does not say.
const USUAL_REASON: &str = "Running contract, taken over";

/// A row, what it means, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// As it is in the file.
    pub row: Row,
    /// The client that it names.
    pub organization: Option<Organization>,
    /// The lot that it becomes; none when anything is wrong with it.
    pub lot: Option<Lot>,
    /// What the contract is called elsewhere.
    pub reference: Option<String>,
    /// Why it is taken over.
    pub reason: String,
    /// Everything that is wrong with it.
    pub problems: Vec<FieldProblem>,
}

impl Candidate {
    /// The minutes of the lot that it becomes.
    #[must_use]
    pub fn minutes(&self) -> Option<i64> {
        self.lot.as_ref().map(|lot| lot.minutes)
    }
}

/// What tells a contract from another, where neither has a reference: whose it is, its plan, its minutes, its last day.
type Contract = (OrganizationId, Option<String>, i64, NaiveDate);

fn contract(lot: &Lot) -> Contract {
    let plan = lot.plan_code.as_ref().map(ToString::to_string);
    (lot.organization_id, plan, lot.minutes, lot.original_expires_on)
}

/// What is known before the rows are looked at.
struct Known {
    clients: BTreeMap<String, Option<Organization>>,
    /// The newest version of each plan, also of those that are not sold any more: their contracts run on.
    plans: Vec<Plan>,
    /// References that were taken over before.
    references: BTreeSet<(OrganizationId, String)>,
    /// What the opening lots of the clients came from.
    openings: BTreeSet<Contract>,
}

/// Looks at every row. Nothing is changed.
///
/// # Errors
/// The database.
pub fn rows(conn: &mut Conn, context: &Context, table: &Table) -> Result<Vec<Candidate>, Failure> {
    let known = Known::load(conn, table)?;
    let mut seen = BTreeSet::new();
    let candidates = table.rows.iter();
    let candidates: Result<Vec<Candidate>, Failure> = candidates
        .map(|row| candidate(context, &known, &mut seen, row))
        .collect();
    let mut candidates = candidates?;
    check_equals(&known, &mut candidates);
    Ok(candidates)
}

/// A contract without a reference can only be told from another by what it says: it must not be there already, neither
/// among what was taken over nor further up in the file.
fn check_equals(known: &Known, candidates: &mut [Candidate]) {
    let mut earlier = BTreeSet::new();
    for candidate in candidates {
        let Some(key) = candidate.lot.as_ref().map(contract) else {
            continue;
        };
        let taken_over = known.openings.contains(&key);
        let repeated = !earlier.insert(key);
        if candidate.reference.is_some() || !(taken_over || repeated) {
            continue;
        }
        let (code, detail) = if taken_over {
            let detail = "The client has an opening lot that says the same. Leave the row out, or, if it is another \
                          contract, give it a reference to tell them apart.";
            ("already_imported", detail)
        } else {
            let detail = "Another row says the same. Give each of two equal contracts a reference to tell them apart.";
            ("duplicate_row", detail)
        };
        let pointer = candidate.row.pointer(Column::Reference);
        candidate.problems.push(FieldProblem::new(pointer, code, detail));
        candidate.lot = None;
    }
}

impl Known {
    fn load(conn: &mut Conn, table: &Table) -> Result<Self, Failure> {
        let mut clients: BTreeMap<String, Option<Organization>> = BTreeMap::new();
        let mut wanted: BTreeMap<OrganizationId, Vec<String>> = BTreeMap::new();
        for row in &table.rows {
            let name = row.cell(Column::Client).to_lowercase();
            if !clients.contains_key(&name) {
                let found = organizations::find_by_slug(conn, &name)?;
                let found = match found {
                    Some(found) => Some(found),
                    None => organizations::find_by_prefix(conn, &name.to_uppercase())?,
                };
                clients.insert(name.clone(), found);
            }
            let reference = row.cell(Column::Reference);
            if let (Some(Some(client)), false) = (clients.get(&name), reference.is_empty()) {
                wanted.entry(client.id).or_default().push(reference.to_owned());
            }
        }
        let mut references = BTreeSet::new();
        for (id, of_client) in wanted {
            let taken_over = imports::known_references(conn, id, &of_client)?;
            references.extend(taken_over.into_iter().map(|(reference, _)| (id, reference)));
        }
        let mut openings = BTreeSet::new();
        let named: BTreeSet<OrganizationId> = clients.values().flatten().map(|client| client.id).collect();
        for id in named {
            let lots = lots::of_organization(conn, id)?.into_iter();
            let opened = lots.filter(|record| {
                record.lot.origin == LotOrigin::Opening && record.position.status != LotStatus::Voided
            });
            openings.extend(opened.map(|record| contract(&record.lot)));
        }
        let plans = catalogue::newest_plans(conn, true)?.into_iter();
        Ok(Self {
            clients,
            plans: plans.map(|record| record.plan).collect(),
            references,
            openings,
        })
    }
}

fn candidate(
    context: &Context,
    known: &Known,
    seen: &mut BTreeSet<(OrganizationId, String)>,
    row: &Row,
) -> Result<Candidate, Failure> {
    let mut problems: Vec<FieldProblem> = row.problem.iter().cloned().collect();
    let reason = Some(row.cell(Column::Reason)).filter(|reason| !reason.is_empty());
    let reference = Some(row.cell(Column::Reference).to_owned()).filter(|reference| !reference.is_empty());
    let organization = known
        .clients
        .get(&row.cell(Column::Client).to_lowercase())
        .cloned()
        .flatten();
    let mut lot = None;
    if problems.is_empty() {
        let mut wrong = |column: Column, code: &'static str, detail: String| {
            problems.push(FieldProblem::new(row.pointer(column), code, detail));
        };
        if organization.is_none() {
            let detail = "No client has this short name or prefix.";
            wrong(Column::Client, "unknown_client", detail.to_owned());
        }
        let code = row.cell(Column::Plan).to_lowercase();
        let plan = known.plans.iter().find(|plan| plan.code.as_str() == code);
        if plan.is_none() {
            wrong(Column::Plan, "unknown_plan", "No plan has this code.".to_owned());
        }
        let minutes = whole_number(row.cell(Column::MinutesLeft));
        if minutes.is_none() {
            let detail = "Write whole minutes in digits alone, as in 480.";
            wrong(Column::MinutesLeft, "not_a_number", detail.to_owned());
        }
        let expires_on = date(row.cell(Column::ExpiresOn));
        if expires_on.is_none() {
            let detail = "Write the date as YYYY-MM-DD, as in 2026-12-31.";
            wrong(Column::ExpiresOn, "not_a_date", detail.to_owned());
        }
        if let (Some(reference), Some(client)) = (&reference, &organization) {
            check_reference(known, seen, client, reference, &mut wrong);
        }
        if let (Some(client), Some(plan), Some(minutes), Some(expires_on)) = (&organization, plan, minutes, expires_on)
        {
            match opening(context, client, plan, minutes, expires_on)? {
                Ok(opened) => lot = Some(opened),
                Err(Refusal::Invalid(found)) => {
                    for problem in found {
                        let column = match problem.pointer.as_str() {
                            "/minutes" => Column::MinutesLeft,
                            _ => Column::ExpiresOn,
                        };
                        wrong(column, problem.code, problem.detail);
                    }
                }
                Err(other) => return Err(other.into()),
            }
        }
    }
    Ok(Candidate {
        row: row.clone(),
        organization,
        lot: lot.filter(|_| problems.is_empty()),
        reason: reason.unwrap_or(USUAL_REASON).to_owned(),
        reference,
        problems,
    })
}

fn check_reference(
    known: &Known,
    seen: &mut BTreeSet<(OrganizationId, String)>,
    client: &Organization,
    reference: &str,
    wrong: &mut impl FnMut(Column, &'static str, String),
) {
    if reference.chars().count() > LONGEST_REFERENCE {
        let detail = format!("A reference has at most {LONGEST_REFERENCE} characters.");
        wrong(Column::Reference, "too_long", detail);
        return;
    }
    let key = (client.id, reference.to_owned());
    if known.references.contains(&key) {
        let detail = "A contract of this client with this reference was taken over before.";
        wrong(Column::Reference, "already_imported", detail.to_owned());
    } else if !seen.insert(key) {
        let detail = "Another row has the same client and reference.";
        wrong(Column::Reference, "duplicate_reference", detail.to_owned());
    }
}

/// The lot that the row becomes, as far as the rules allow it.
fn opening(
    context: &Context,
    client: &Organization,
    plan: &Plan,
    minutes: i64,
    expires_on: NaiveDate,
) -> Result<Result<Lot, Refusal>, Failure> {
    let zone = flows::organizations::zone_of(client)?;
    let gift = GiftedLot {
        id: context.id(),
        organization_id: client.id,
        origin: LotOrigin::Opening,
        plan: Some((plan.code.clone(), plan.queue)),
        minutes,
        system_ids: Vec::new(),
        expires_on,
    };
    Ok(Lot::gift(gift, client.currency, context.now, zone.date_at(context.now)))
}

/// Digits alone: separators of thousands mean different things to different people.
fn whole_number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The date as the rest of the API writes it, and no other order of day and month.
fn date(text: &str) -> Option<NaiveDate> {
    let form = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| form)
}
