//! `/uploads` and `/attachments`: files.

use std::{fs::File, io::Read};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpMessage, HttpResponse, get,
    http::{StatusCode, header},
    post,
    web::{self, Bytes, Data},
};
use daypack_api_types::attachment::Attachment;
use daypack_domain::ids::AttachmentId;
use futures_util::{StreamExt, stream};
use utoipa::ToSchema;

use crate::{
    app::{App, Reply},
    edge::{Answer, Caller, FromPath, SignedIn, body::Fingerprint},
    error::Failure,
    files::{Files, Incoming, Kept, LIMIT_BYTES, RASTER_IMAGES, lies},
    flows::attachments,
    operations::ServiceConfig,
    problem::Problem,
    views,
};

/// How much of a body that is too large is read before the answer, so that the client sees it.
const DRAIN_BYTES: usize = 64 * 1024 * 1024;
/// How much of a file is sent at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// What comes around the file in a multipart body.
const ENVELOPE_BYTES: usize = 64 * 1024;
/// Nothing in a file may run, even when a browser shows it.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(upload_file).service(download_attachment);
}

/// The body of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct UploadForm {
    /// The file, at most 25 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Uploads a file, at most 25 MiB. Only the uploader sees it until a ticket or comment names it; what none names is
/// removed after 24 hours. Its media type is what its bytes are. A file that is said to be something else is refused:
/// a picture, a PDF or a ZIP archive that is none, and anything else that is one of them.
#[utoipa::path(
    tag = "attachments",
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment))
)]
#[post("/uploads")]
pub async fn upload_file(app: Data<App>, caller: SignedIn, body: Multipart) -> Reply {
    if !caller.header("content-type").starts_with("multipart/form-data") {
        return Err(unreadable(MultipartError::ContentTypeIncompatible));
    }
    app.load(&caller, |_, context| Ok(attachments::allow_upload(context)?))
        .await?;
    let (file_name, kept) = receive(&app, &caller, body).await?;
    let fingerprint: std::rc::Rc<[u8]> = format!("{file_name}\n{}", kept.sha256).into_bytes().into();
    caller.request().extensions_mut().insert(Fingerprint(fingerprint));
    app.write(&caller, move |conn, context| {
        let attachment = attachments::add(conn, context, &file_name, &kept)?;
        Answer::created(&views::comments::attachment(attachment))
    })
    .await
}

/// Writes the field `file` to the disk.
async fn receive(app: &App, caller: &SignedIn, mut body: Multipart) -> Result<(String, Kept), Problem> {
    let announced = caller.header("content-length").parse::<usize>().unwrap_or(0);
    let mut received = None;
    while let Some(field) = body.next().await {
        let mut field = field.map_err(unreadable)?;
        let disposition = field.content_disposition();
        let name = disposition
            .and_then(|found| found.get_name())
            .unwrap_or_default()
            .to_owned();
        let file_name = disposition
            .and_then(|found| found.get_filename())
            .unwrap_or_default()
            .to_owned();
        if name != "file" || received.is_some() {
            drain(&mut field).await;
            let (code, detail) = match name.as_str() {
                "file" => ("duplicate_field", "One file at a time."),
                _ => ("unknown_field", "There is no such field here."),
            };
            return Err(Problem::field(format!("/{name}"), code, detail));
        }
        if announced > LIMIT_BYTES + ENVELOPE_BYTES {
            drain(&mut field).await;
            return Err(Problem::too_large(LIMIT_BYTES));
        }
        let claimed = field
            .content_type()
            .map(|found| found.essence_str().to_owned())
            .unwrap_or_default();
        received = Some((file_name, store(app, &mut field, &claimed).await?));
    }
    received.ok_or_else(|| Problem::field("/file", "required", "Send the file as the field `file`."))
}

async fn store(app: &App, field: &mut Field, claimed: &str) -> Result<Kept, Problem> {
    let files = Files::new(&app.config.data_dir);
    let name = uuid::Uuid::from_u128(rand::random()).simple().to_string();
    let folder = files.clone();
    let mut incoming = on_disk(move || folder.begin(&name)).await?;
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(unreadable)?;
        let (returned, fits) = on_disk(move || write(incoming, &chunk)).await?;
        incoming = returned;
        if !fits {
            drain(field).await;
            return Err(Problem::too_large(LIMIT_BYTES));
        }
    }
    if incoming.size() == 0 {
        return Err(Problem::field("/file", "too_short", "The file is empty."));
    }
    let found = incoming.media_type();
    if lies(claimed, found) {
        let detail = format!("The file is said to be {claimed}, but its bytes are {found}.");
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            detail,
        ));
    }
    on_disk(move || files.keep(incoming)).await
}

fn write(mut incoming: Incoming, chunk: &[u8]) -> std::io::Result<(Incoming, bool)> {
    let fits = incoming.write(chunk)?;
    Ok((incoming, fits))
}

async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Problem> {
    let done = web::block(work).await.map_err(Problem::internal)?;
    done.map_err(Problem::unavailable)
}

async fn drain(field: &mut Field) {
    let mut read = 0;
    while let Some(Ok(chunk)) = field.next().await {
        read += chunk.len();
        if read > DRAIN_BYTES {
            return;
        }
    }
}

fn unreadable(error: MultipartError) -> Problem {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send multipart/form-data with the field `file`.",
        ),
        error => Problem::new(
            StatusCode::BAD_REQUEST,
            "incomplete_body",
            format!("The body cannot be read: {error}."),
        ),
    }
}

/// A file's bytes, for those who may read what it is attached to. Pictures can be shown; everything else is sent as a
/// download.
#[utoipa::path(
    tag = "attachments",
    params(("id" = AttachmentId, Path, description = "The file")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"))
)]
#[get("/attachments/{id}")]
pub async fn download_attachment(app: Data<App>, caller: SignedIn, id: FromPath<AttachmentId>) -> Reply {
    let attachment = app
        .load(&caller, move |conn, context| attachments::find(conn, context, id.0))
        .await?;
    let files = Files::new(&app.config.data_dir);
    let sha256 = attachment.sha256.clone();
    let opened = web::block(move || Ok::<_, std::io::Error>((files.media_type(&sha256)?, files.open(&sha256)?)));
    let (found, file) = opened.await.map_err(Problem::internal)?.map_err(|error| {
        Failure::internal(format!(
            "the bytes of the file {} are not there: {error}",
            attachment.id
        ))
    })?;
    // Once more by its bytes: a picture is shown, what could carry script is not.
    let shown = RASTER_IMAGES.contains(&found) && found == attachment.media_type;
    let how = if shown { "inline" } else { "attachment" };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type(&attachment.media_type)))
        .insert_header((header::CONTENT_DISPOSITION, disposition(how, &attachment.file_name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .no_chunking(attachment.size_bytes.unsigned_abs())
        .streaming(chunks(file)))
}

fn content_type(media_type: &str) -> String {
    if media_type == "text/plain" {
        "text/plain; charset=utf-8".to_owned()
    } else {
        media_type.to_owned()
    }
}

/// `Content-Disposition` with the name for old clients and, in full, for all others (RFC 6266).
fn disposition(how: &str, name: &str) -> String {
    use std::fmt::Write;
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || ".-_ ".contains(c) {
            c
        } else {
            '_'
        }
    };
    let ascii: String = name.chars().map(plain).collect();
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => write!(text, "{}", char::from(byte)),
            _ => write!(text, "%{byte:02X}"),
        };
        text
    });
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

fn chunks(file: File) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(file, |file| async move {
        let read = web::block(move || read_chunk(file))
            .await
            .map_err(std::io::Error::other)??;
        Ok(read)
    })
}

fn read_chunk(mut file: File) -> std::io::Result<Option<(Bytes, File)>> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let count = file.read(&mut chunk)?;
    chunk.truncate(count);
    Ok(if count == 0 { None } else { Some((chunk.into(), file)) })
}
