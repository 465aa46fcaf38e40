//! What one is told of, by kind: on the site and by mail.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use serde::Serialize;

use crate::ACCOUNT_PATH;
use atrium_platform::notify::{ByMail, NoticeChoice, NoticeKind};
use atrium_platform::{Error, Message, Result, directory};
use atrium_web::{Crumb, Form, RequestContext, Routes, View, Who};

/// Where one chooses.
pub(super) const CHOICES: &str = "/compte/notifications";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(CHOICES, Who::SignedIn, choices);
    routes.post(CHOICES, Who::SignedIn, choose);
}

#[derive(Serialize)]
struct ChoicesView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    /// `true` if this site sends mail.
    mails: bool,
    /// Where letters go; empty if that is not known.
    address: String,
    kinds: Vec<ChoiceView>,
}

#[derive(Serialize)]
struct ChoiceView {
    key: &'static str,
    label: String,
    hint: String,
    is_on: bool,
    /// The name of the field.
    mail_field: String,
    paces: Vec<PaceView>,
}

#[derive(Serialize)]
struct PaceView {
    key: &'static str,
    label: String,
    is_chosen: bool,
}

impl View for ChoicesView {
    const TEMPLATE: &'static str = "account/notice-choices";
}

/// Returns the name of a kind in the reader's language.
pub(super) fn label(cx: &RequestContext, kind: NoticeKind) -> String {
    cx.message(&kind_name(kind))
}

/// Returns the message that names a kind.
pub(super) fn kind_name(kind: NoticeKind) -> Message {
    Message::new(format!("{}-kind", kind.message_key()))
}

/// Returns the message that names a pace.
fn pace_name(by_mail: ByMail) -> &'static str {
    match by_mail {
        ByMail::AtOnce => "notices-mail-at-once",
        ByMail::Daily => "notices-mail-daily",
        ByMail::Weekly => "notices-mail-weekly",
        _ => "notices-mail-never",
    }
}

/// Returns the name of the field of a kind.
fn mail_field(kind: NoticeKind) -> String {
    format!("mail-{}", kind.key())
}

impl ChoiceView {
    fn new(cx: &RequestContext, choice: NoticeChoice) -> Self {
        let hint = Message::new(format!("{}-hint", choice.kind.message_key()));
        let pace = |by_mail: ByMail| PaceView {
            key: by_mail.key(),
            label: cx.t(pace_name(by_mail)),
            is_chosen: by_mail == choice.by_mail,
        };
        Self {
            key: choice.kind.key(),
            label: label(cx, choice.kind),
            hint: cx.message(&hint),
            is_on: choice.is_on,
            mail_field: mail_field(choice.kind),
            paces: ByMail::ALL.into_iter().map(pace).collect(),
        }
    }
}

/// `GET /compte/notifications`
async fn choices(cx: RequestContext) -> Result<Response> {
    let kinds = cx.atrium().notices().choices(cx.actor()).await?;
    let me = directory::person(cx.db(), cx.actor().require_person()?).await?;
    let title = cx.t("notices-choices");
    cx.page(&ChoicesView {
        breadcrumb: vec![Crumb::to(cx.t("account-title"), ACCOUNT_PATH), Crumb::here(title.as_str())],
        title,
        noindex: true,
        action: CHOICES,
        mails: cx.atrium().context().mail.is_on(),
        address: me.email.unwrap_or_default(),
        kinds: kinds.into_iter().map(|choice| ChoiceView::new(&cx, choice)).collect(),
    })
}

/// `POST /compte/notifications`
async fn choose(cx: RequestContext, form: Form) -> Result<Response> {
    let notices = cx.atrium().notices();
    let on: BTreeSet<String> = form.all("kinds").into_iter().map(str::to_owned).collect();
    let mut by_mail = BTreeMap::new();
    for kind in notices.kinds() {
        let field = mail_field(kind);
        if form.has(&field) {
            let wrong = |()| Error::invalid_field("mail", Message::new("field-unknown-choice"));
            by_mail.insert(kind.key().to_owned(), form.raw(&field).parse().map_err(wrong)?);
        }
    }
    notices.choose(cx.actor(), &on, &by_mail).await?;
    Ok(cx.redirect_with(CHOICES, "success", "notices-chosen"))
}
