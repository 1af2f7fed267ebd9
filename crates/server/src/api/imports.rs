//! `/imports`: what is taken over from elsewhere.

use actix_multipart::Multipart;
use actix_web::{
    HttpMessage, HttpRequest,
    http::StatusCode,
    post,
    web::{self, Bytes, Data},
};
use daypack_api_types::lot::{ContractsImport, ImportedRow, RowResult};
use daypack_domain::{
    ids::LotId,
    policy::{Action, Subject, may},
};
use futures_util::{StreamExt, stream};
use garde::Validate;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{App, Reply},
    edge::{
        Answer, FromQuery, SignedIn,
        body::{Fingerprint, LIMIT_BYTES, read_bounded},
    },
    flows::imports::{self, Candidate, Table},
    operations::ServiceConfig,
    problem::Problem,
};

/// What comes around the file in a multipart body.
const ENVELOPE_BYTES: usize = 16 * 1024;

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(import_contracts);
}

/// How.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only say what would become of each row; so it is when left out.
    #[garde(skip)]
    pub dry_run: Option<bool>,
}

/// The body of an import from a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct ContractsForm {
    /// The file, at most 1 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes running contracts over from a CSV file (UTF-8; commas, semicolons or tabs; at most 1,000 rows): the columns
/// `client` (short name or prefix), `plan`, `minutes_left`, `expires_on`, and perhaps `reference` and `reason`. A dry
/// run says what would become of each row and changes nothing. A real one takes all rows over, or with any that cannot
/// be accepted none; the same file, the same reference of a client, and without references the same contract, is taken
/// over once. The plan may be one that is not sold any more. Admins.
#[utoipa::path(
    tag = "organizations",
    params(ImportQuery),
    request_body(content((String = "text/csv"), (inline(ContractsForm) = "multipart/form-data"))),
    responses(
        (status = 200, description = "A dry run: nothing was changed", body = ContractsImport),
        (status = 201, description = "All contracts were taken over", body = ContractsImport)
    )
)]
#[post("/imports/contracts")]
pub async fn import_contracts(
    app: Data<App>,
    caller: SignedIn,
    query: FromQuery<ImportQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> Reply {
    let allowed = |_: &mut daypack_store::Conn, context: &crate::context::Context| {
        Ok(may(&context.actor, Action::ImportContracts, Subject::Installation)?)
    };
    app.load(&caller, allowed).await?;
    let bytes = receive(&request, payload).await?;
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    request.extensions_mut().insert(Fingerprint(hash.as_slice().into()));
    let table = web::block(move || Table::read(&bytes))
        .await
        .map_err(Problem::internal)??;
    if query.0.dry_run.unwrap_or(true) {
        let trial = app.read(&caller, move |conn, context| {
            let candidates = imports::try_out(conn, context, &table)?;
            Answer::ok(&shown(true, candidates.iter().map(|candidate| (candidate, None))))
        });
        return trial.await;
    }
    app.write(&caller, move |conn, context| {
        let done = imports::take_over(conn, context, &table)?;
        Answer::created(&shown(
            false,
            done.iter().map(|(candidate, lot)| (candidate, Some(*lot))),
        ))
    })
    .await
}

/// The file: the body itself, or the field `file` of a form.
async fn receive(request: &HttpRequest, payload: web::Payload) -> Result<Bytes, Problem> {
    let content_type = request.content_type().trim().to_ascii_lowercase();
    match content_type.as_str() {
        "text/csv" => read_bounded(request, payload.into_inner(), LIMIT_BYTES).await,
        "multipart/form-data" => {
            let whole = read_bounded(request, payload.into_inner(), LIMIT_BYTES + ENVELOPE_BYTES).await?;
            let body = Multipart::new(request.headers(), stream::iter([Ok(whole)]));
            from_form(body).await
        }
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send text/csv, or multipart/form-data with the field `file`.",
        )),
    }
}

async fn from_form(mut body: Multipart) -> Result<Bytes, Problem> {
    let unreadable = |error: actix_multipart::MultipartError| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "incomplete_body",
            format!("The body cannot be read: {error}."),
        )
    };
    let mut file: Option<Vec<u8>> = None;
    while let Some(field) = body.next().await {
        let mut field = field.map_err(unreadable)?;
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            return Err(Problem::field(
                format!("/{name}"),
                "unknown_field",
                "There is no such field here.",
            ));
        }
        if file.is_some() {
            return Err(Problem::field("/file", "duplicate_field", "One file at a time."));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.next().await {
            bytes.extend_from_slice(&chunk.map_err(unreadable)?);
        }
        file = Some(bytes);
    }
    let file = file.ok_or_else(|| Problem::field("/file", "required", "Send the file as the field `file`."))?;
    if file.len() > LIMIT_BYTES {
        return Err(Problem::too_large(LIMIT_BYTES));
    }
    Ok(file.into())
}

fn shown<'a>(dry_run: bool, rows: impl Iterator<Item = (&'a Candidate, Option<LotId>)>) -> ContractsImport {
    let rows: Vec<ImportedRow> = rows.map(|(candidate, lot_id)| row(candidate, lot_id)).collect();
    let count = |result: RowResult| {
        let found = rows.iter().filter(|row| row.result == result).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    };
    ContractsImport {
        dry_run,
        accepted: count(RowResult::Ok),
        refused: count(RowResult::Error),
        minutes: rows
            .iter()
            .filter(|row| row.result == RowResult::Ok)
            .filter_map(|row| row.minutes)
            .sum(),
        rows,
    }
}

fn row(candidate: &Candidate, lot_id: Option<LotId>) -> ImportedRow {
    let organization = candidate.organization.as_ref();
    let lot = candidate.lot.as_ref();
    let problem = candidate.problems.first();
    let column = problem.and_then(|problem| problem.pointer.splitn(4, '/').nth(3).map(str::to_owned));
    let detail = match (problem, lot, organization) {
        (Some(problem), ..) => problem.detail.clone(),
        (None, Some(lot), Some(client)) => {
            format!(
                "{} minutes for {}, through {}.",
                lot.minutes, client.name, lot.expires_on
            )
        }
        _ => String::new(),
    };
    ImportedRow {
        row: candidate.row.number,
        line: candidate.row.line,
        result: if problem.is_none() {
            RowResult::Ok
        } else {
            RowResult::Error
        },
        column,
        code: problem.map(|problem| problem.code.to_owned()),
        detail,
        organization_id: organization.map(|organization| organization.id),
        organization_name: organization.map(|organization| organization.name.clone()),
        plan_code: lot.and_then(|lot| lot.plan_code.as_ref().map(ToString::to_string)),
        minutes: lot.map(|lot| lot.minutes),
        expires_on: lot.map(|lot| lot.expires_on),
        lot_id,
    }
}
