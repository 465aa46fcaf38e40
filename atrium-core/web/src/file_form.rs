//! Forms that carry files. Each file goes to the platform's files while it comes in; the texts beside it stay, whatever
//! becomes of it.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use futures::TryStreamExt;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Serialize;

use super::bodies::Meter;
use super::form::{Form, Input, is_form};
use super::parts::Choice;
use super::rate_limit::RateLimit;
use super::request_context::RequestContext;
use super::routes::LONG_BODY_LIMIT;
use atrium_platform::files::{self, Attachment, FileId, FileKind, MOST_ATTACHED};
use atrium_platform::{Error, Message, Result};

/// The name of the field of files in forms, and of their problems.
const FIELD: &str = "files";
/// The name of the field with the numbers of files that were sent before.
const KEPT: &str = "file";
/// Files that one person sends.
const SENDING: RateLimit = RateLimit::per_hour("files", 120);

/// A form with files, which its handler attaches to what the form makes. It is read from forms without files, too.
///
/// A file that cannot be taken is a problem of the field `files`; the others are kept, to come back with the form.
#[derive(Debug, Default)]
pub struct FileForm {
    form: Form,
    files: Vec<Attachment>,
    problem: Option<Message>,
}

impl FileForm {
    /// Returns the fields that are no files.
    #[must_use]
    pub fn fields(&self) -> &Form {
        &self.form
    }

    /// Returns the numbers of the files, in the order in which they were sent.
    ///
    /// # Errors
    /// Returns the message to show beside the field `files` if one was not taken, or if there are too many.
    pub fn files(&self) -> Result<Vec<FileId>, Message> {
        match &self.problem {
            Some(problem) => Err(problem.clone()),
            None if self.files.len() > MOST_ATTACHED => Err(too_many()),
            None => Ok(self.files.iter().map(|file| file.id).collect()),
        }
    }

    /// Returns the field of files, for `partials/files`, with the files that have come already.
    #[must_use]
    pub fn field(&self, cx: &RequestContext) -> FileField {
        FileField::new(cx, &self.files)
    }

    async fn read(cx: &RequestContext, meter: Option<Arc<Meter>>, parts: &mut Multipart) -> (Self, Option<Error>) {
        let (mut read, mut room) = (Self::default(), LONG_BODY_LIMIT);
        loop {
            let field = match parts.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => return (read, None),
                Err(error) => return (read, Some(unreadable(&error))),
            };
            let name = field.name().unwrap_or_default().to_owned();
            let taken = if field.file_name().is_some() {
                read.take_file(cx, meter.as_deref(), field).await
            } else {
                text(field, &mut room).await.and_then(|text| read.take_text(name, text))
            };
            if let Err(error) = taken {
                return (read, Some(error));
            }
        }
    }

    fn take_text(&mut self, name: String, text: String) -> Result<()> {
        if name.contains('\0') || text.contains('\0') {
            return Err(Error::invalid_field(name.replace('\0', ""), Message::new("field-nul")));
        }
        self.form.push(name, text);
        Ok(())
    }

    /// Takes one file, or notes why it is not taken.
    async fn take_file(&mut self, cx: &RequestContext, meter: Option<&Meter>, field: Field<'_>) -> Result<()> {
        let name = field.file_name().unwrap_or_default().to_owned();
        // A browser sends a nameless part for a field in which no file was chosen.
        if name.is_empty() {
            return Ok(());
        }
        let sent = async {
            if self.files.len() >= MOST_ATTACHED {
                return Err(Error::invalid_field(FIELD, too_many()));
            }
            cx.allow(SENDING).await.map_err(|error| match error.retry_after() {
                Some(_) => Error::invalid_field(FIELD, Message::new("file-too-many-loose")),
                None => error,
            })?;
            let content = field.map_err(|error| unreadable(&error)).inspect_ok(|part| {
                if let Some(meter) = meter {
                    meter.pass(part.len());
                }
            });
            cx.atrium().files().send(cx.actor(), &name, content).await
        };
        match sent.await {
            Ok(file) => self.files.push(file),
            Err(error) if error.is_invalid() => {
                self.problem.get_or_insert_with(|| of_file(&error, &name));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Returns the problem with the name of its file, which a person may have sent among others.
fn of_file(error: &Error, name: &str) -> Message {
    let problem = error.problems().first().map_or_else(|| Message::new("file-gone"), |problem| problem.message.clone());
    problem.with("file", name.chars().filter(|c| !c.is_control()).take(80).collect::<String>())
}

fn too_many() -> Message {
    Message::new("file-too-many").with("max", MOST_ATTACHED)
}

/// Returns the text of a field, and takes its length from `room`.
async fn text(mut field: Field<'_>, room: &mut usize) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(|error| unreadable(&error))? {
        *room = room.checked_sub(part.len()).ok_or_else(|| Error::too_large(LONG_BODY_LIMIT as u64))?;
        bytes.extend_from_slice(&part);
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid_field("", Message::new("field-encoding")))
}

fn unreadable(error: &MultipartError) -> Error {
    match error.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => Error::too_large(0),
        _ => Error::invalid_field("", Message::new("field-encoding")),
    }
}

/// Returns `true` if the body is a form with files.
pub(super) fn has_files(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("multipart/form-data"))
}

/// Reads the texts of a form, without its files.
pub(super) async fn texts(req: Request) -> Result<Form> {
    if is_form(req.headers()) {
        return Form::from_request(req, &()).await;
    }
    let meter = req.extensions().get::<Arc<Meter>>().cloned();
    let mut parts = Multipart::from_request(req, &())
        .await
        .map_err(|_| Error::invalid_field("", Message::new("field-encoding")))?;
    let (mut form, mut room) = (Form::default(), LONG_BODY_LIMIT);
    // What has come of it before it broke off is still somebody's text.
    while let Ok(Some(mut field)) = parts.next_field().await {
        let name = field.name().unwrap_or_default().replace('\0', "");
        if field.file_name().is_none() {
            form.push(name, text(field, &mut room).await?.replace('\0', "\u{fffd}"));
            continue;
        }
        while let Ok(Some(part)) = field.chunk().await {
            if let Some(meter) = &meter {
                meter.pass(part.len());
            }
        }
    }
    Ok(form)
}

impl<S: Send + Sync> FromRequest<S> for FileForm {
    type Rejection = Error;

    async fn from_request(req: Request, state: &S) -> Result<Self> {
        let cx = req.extensions().get::<RequestContext>().cloned().ok_or_else(|| Error::bug("a request of no site"))?;
        let mut read = if has_files(req.headers()) {
            let meter = req.extensions().get::<Arc<Meter>>().cloned();
            let parts = Multipart::from_request(req, state).await;
            let mut parts = parts.map_err(|_| Error::invalid_field("", Message::new("field-encoding")))?;
            let (mut read, error) = Self::read(&cx, meter, &mut parts).await;
            cx.keep_typed(Input::of(&read.form));
            match error {
                // The rest of the form is behind it.
                Some(error) if error.is_too_large() => {
                    read.problem = Some(Message::new("file-form-too-large"));
                }
                Some(error) => return Err(error),
                None => {}
            }
            read
        } else {
            Self { form: Form::from_request(req, state).await?, ..Self::default() }
        };
        let before: Vec<FileId> = read.form.all(KEPT).into_iter().filter_map(|id| id.parse().ok()).collect();
        if let Some(person) = cx.actor().person().filter(|_| !before.is_empty()) {
            let before = files::sent_by(cx.db(), person, &before).await?;
            read.files.splice(0..0, before);
        }
        Ok(read)
    }
}

/// The field of files of a form, for `partials/files`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileField {
    /// Files that have come with the form before, ticked to be kept.
    kept: Vec<Choice>,
    /// The endings of names that are taken.
    accept: String,
    help: String,
}

impl FileField {
    /// Creates the field with the files that have come already.
    #[must_use]
    pub fn new(cx: &RequestContext, files: &[Attachment]) -> Self {
        let kept = files.iter().map(|file| {
            let label = format!("{} ({}, {})", file.name, file.kind.label(), size(cx, file.size));
            let mut choice = Choice::new(file.id, label);
            choice.checked = true;
            choice
        });
        let settings = cx.atrium().settings();
        let help = Message::new("file-field-hint").with("max", MOST_ATTACHED);
        let help = help.with("picture", settings.picture_megabytes).with("other", settings.document_megabytes);
        let accept = FileKind::endings().collect::<Vec<_>>().join(",");
        Self { kept: kept.collect(), accept, help: cx.message(&help) }
    }
}

/// Returns a size in words: `1,4 Mo`.
pub(super) fn size(cx: &RequestContext, bytes: u64) -> String {
    let (key, tenths) = match bytes {
        ..1_000 => ("file-size-bytes", bytes * 10),
        1_000..1_000_000 => ("file-size-kilo", bytes / 100),
        _ => ("file-size-mega", bytes / 100_000),
    };
    let comma = cx.pick(",", ".");
    // Tenths are told of small numbers alone.
    let number = if tenths < 100 && tenths % 10 > 0 && bytes >= 1_000 {
        format!("{}{comma}{}", tenths / 10, tenths % 10)
    } else {
        (tenths / 10).to_string()
    };
    cx.message(&Message::new(key).with("size", number))
}
