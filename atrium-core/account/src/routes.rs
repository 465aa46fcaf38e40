//! The URLs of the account page.

use axum::response::Response;

use crate::ACCOUNT_PATH;
use crate::view::{AccountView, PasswordView};
use crate::{api, data, erasure, live, notice_choices, notices, notices_api, tokens, unsubscribe};
use atrium_platform::login::SessionId;
use atrium_platform::{Error, Result};
use atrium_web::{Form, Path, RequestContext, Routes, Who};

/// The path of the form that changes the password.
pub(super) const PASSWORD_PATH: &str = "/compte/mot-de-passe";
/// The path that ends every other session.
pub(super) const OTHERS_PATH: &str = "/compte/sessions/autres/fermer";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(ACCOUNT_PATH, Who::SignedIn, show);
    routes.get(PASSWORD_PATH, Who::SignedIn, edit_password);
    routes.post(PASSWORD_PATH, Who::SignedIn, update_password);
    routes.post(OTHERS_PATH, Who::SignedIn, delete_other_sessions);
    routes.post("/compte/sessions/{id}/fermer", Who::SignedIn, delete_session);
    data::declare(routes);
    erasure::declare(routes);
    notices::declare(routes);
    live::declare(routes);
    notice_choices::declare(routes);
    notices_api::declare(routes);
    tokens::declare(routes);
    unsubscribe::declare(routes);
    api::declare(routes);
}

/// Returns the path that ends one session.
pub(super) fn session_path(id: SessionId) -> String {
    format!("/compte/sessions/{id}/fermer")
}

/// `GET /compte`
async fn show(cx: RequestContext) -> Result<Response> {
    let view = AccountView::load(&cx).await?;
    cx.page(&view)
}

/// `GET /compte/mot-de-passe`
async fn edit_password(cx: RequestContext) -> Result<Response> {
    let view = PasswordView::load(&cx, Default::default()).await?;
    cx.page(&view)
}

/// `POST /compte/mot-de-passe`
async fn update_password(cx: RequestContext, form: Form) -> Result<Response> {
    let session = cx.session().ok_or_else(|| Error::not_found("a session of ours"))?;
    let changed = match form.new_password() {
        Ok(new) => {
            cx.atrium().login().change_password(cx.actor(), session, form.raw("current"), new, &cx.device()).await
        }
        Err(error) => Err(error),
    };
    match changed {
        Ok(opened) => {
            let response = cx.redirect_with(ACCOUNT_PATH, "success", "account-password-changed");
            Ok(cx.with_session(response, &opened))
        }
        Err(error) if error.is_invalid() => {
            let view = PasswordView::load(&cx, cx.field_errors(&error)).await?;
            cx.invalid(&view)
        }
        Err(error) => Err(error),
    }
}

/// `POST /compte/sessions/{id}/fermer`
async fn delete_session(cx: RequestContext, Path(id): Path<SessionId>) -> Result<Response> {
    cx.atrium().login().revoke_session(cx.actor(), id).await?;
    Ok(cx.redirect_with(ACCOUNT_PATH, "success", "account-session-ended"))
}

/// `POST /compte/sessions/autres/fermer`
async fn delete_other_sessions(cx: RequestContext) -> Result<Response> {
    cx.atrium().login().revoke_other_sessions(cx.actor(), cx.session()).await?;
    Ok(cx.redirect_with(ACCOUNT_PATH, "success", "account-sessions-ended"))
}
