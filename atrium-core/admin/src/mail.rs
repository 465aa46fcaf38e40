//! The page of mail: whether the site sends any, a trial letter to oneself, and the people whose addresses a server refused.

use async_trait::async_trait;
use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, person};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::JOBS_RUN;
use atrium_platform::clock::Timestamp;
use atrium_platform::db::Db;
use atrium_platform::directory::PersonId;
use atrium_platform::mail::replies::{self, Received, Refused};
use atrium_platform::mail::{self, Composer, Letter, LetterKind, Letters, Recipient, Suppressed};
use atrium_platform::plugin::PluginContext;
use atrium_platform::{Error, Message, Result};
use atrium_web::{Crumb, LetterText, Pages, Path, Printing, Query, RequestContext, Routes, View, Who};

/// The path of the page.
pub(super) const PATH: &str = "/administration/courriel";
/// The people per page.
const PAGE: u64 = 50;
/// The newest messages that came in.
pub(super) const RECEIVED: u64 = 50;
/// The letter that shows whether mail arrives.
const TRIAL: LetterKind<()> = LetterKind::new("admin.trial");

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(JOBS_RUN);
    routes.get(PATH, who, list);
    routes.post("/administration/courriel/essai", who, try_out);
    routes.post("/administration/courriel/{id}/reprendre", who, restore);
}

/// Composes the trial letter.
struct Trial(PluginContext);

#[async_trait]
impl Composer<()> for Trial {
    async fn compose(&self, _db: &Db, to: &Recipient, _: ()) -> Result<Option<Letter>> {
        let cx = &self.0;
        let locale = cx.locale_of(to);
        let say = |key: &'static str| cx.say(locale, &Message::new(key).with("site", cx.settings.site_name.as_str()));
        let greeting = cx.say(locale, &Message::new("letter-greeting").with("name", to.name.as_str()));
        let mut text = LetterText::new(locale, say("letter-trial-subject")).greeting(greeting);
        text = text.paragraph(say("letter-trial-text")).closing(say("letter-trial-why"));
        if let Some(url) = cx.whole_url(PATH) {
            text = text.action(say("admin-mail-title"), url);
        }
        cx.letter(locale, &text).map(Some)
    }
}

/// Returns the letters of administration.
pub(super) fn letters(cx: &PluginContext) -> Vec<Letters> {
    vec![Letters::new(TRIAL, Trial(cx.clone()))]
}

#[derive(Default, serde::Deserialize)]
struct Params {
    apres: Option<PersonId>,
}

#[derive(Serialize)]
struct MailView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    /// `true` if this node sends mail.
    is_on: bool,
    /// `true` if the reader has an address.
    has_address: bool,
    trial_url: String,
    refused: Vec<Row>,
    pagination: Pages,
    /// The address for replies, if this node takes any.
    takes_replies: bool,
    received: Vec<ReceivedRow>,
}

#[derive(Serialize)]
struct ReceivedRow {
    /// Who wrote it, or to whom the letter went that it reports about; absent while that is unknown.
    person: Option<Crumb>,
    /// Why it was refused; absent for what was taken.
    refused: Option<String>,
    /// It reports about a delivery.
    is_report: bool,
    at: Timestamp,
}

impl ReceivedRow {
    fn new(cx: &RequestContext, row: Received) -> Self {
        let reason = |refused: Refused| cx.message(&Message::new(format!("mail-refused-{}", refused.key())));
        Self {
            person: row.person.map(|(id, name)| Crumb::to(cx.person_name(&name), person::path(id))),
            refused: row.refused.map(reason),
            is_report: row.is_report,
            at: row.at,
        }
    }
}

#[derive(Serialize)]
struct Row {
    name: String,
    url: String,
    code: String,
    at: Timestamp,
    restore_url: String,
}

impl View for MailView {
    const TEMPLATE: &'static str = "admin/mail";
}

/// Returns a page of the people whose addresses were refused, and the number after which the next one begins.
pub(super) async fn page(cx: &RequestContext, after: Option<PersonId>) -> Result<(Vec<Suppressed>, Option<PersonId>)> {
    let mut refused = mail::actions::suppressed(cx.db(), cx.actor(), after, PAGE + 1).await?;
    let has_more = refused.len() as u64 > PAGE;
    refused.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = refused.last().map(|row| row.person).filter(|_| has_more);
    Ok((refused, next))
}

/// Queues a trial letter to the reader.
pub(super) async fn send_trial(cx: &RequestContext) -> Result<()> {
    cx.actor().require(JOBS_RUN, Scope::Platform)?;
    let me = cx.actor().person().ok_or_else(Error::sign_in_required)?;
    if !cx.atrium().context().mail.is_on() {
        return Err(Error::conflict_with("mail is off", Message::new("admin-mail-off")));
    }
    let tx = cx.db().begin().await?;
    // A second press within the same second is the same letter.
    let key = tx.now().0 / 1000;
    tx.send_letter(TRIAL, me, &key.to_string(), &()).await?;
    tx.commit().await
}

/// `GET /administration/courriel?apres=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let (refused, next) = page(&cx, asked.apres).await?;
    let has_address = match cx.actor().person() {
        Some(me) => atrium_platform::directory::person(cx.db(), me).await?.email.is_some(),
        None => false,
    };
    let received = replies::list(cx.db(), cx.actor(), None, RECEIVED).await?;
    let title = cx.t("admin-mail-title");
    let row = |row: Suppressed| Row {
        url: person::path(row.person),
        restore_url: format!("{PATH}/{}/reprendre", row.person),
        name: row.name,
        code: row.code,
        at: row.at,
    };
    cx.page(&MailView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        is_on: cx.atrium().context().mail.is_on(),
        has_address,
        trial_url: format!("{PATH}/essai"),
        refused: refused.into_iter().map(row).collect(),
        takes_replies: cx.atrium().context().mail.takes_replies(),
        received: received.into_iter().map(|row| ReceivedRow::new(&cx, row)).collect(),
        pagination: Pages::next(next.map(|next| format!("{PATH}?apres={next}"))),
    })
}

/// `POST /administration/courriel/essai`
async fn try_out(cx: RequestContext) -> Result<Response> {
    match send_trial(&cx).await {
        Ok(()) => Ok(cx.redirect_with(PATH, "success", "admin-mail-tried")),
        Err(error) if error.is_conflict() => Ok(cx.redirect_with(PATH, "warning", "admin-mail-off")),
        Err(error) => Err(error),
    }
}

/// `POST /administration/courriel/{id}/reprendre`
async fn restore(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    mail::actions::restore(cx.db(), cx.actor(), id).await?;
    Ok(cx.redirect_with(PATH, "success", "admin-mail-restored"))
}
