//! The number on the bell: once, or as it changes.

use axum::response::{IntoResponse as _, Response};
use futures::stream::{StreamExt as _, iter, unfold};
use http::HeaderMap;

use atrium_platform::Result;
use atrium_web::{Bell, Json, RequestContext, Routes, Who, asks_for_events, live_answer};

/// Where scripts ask for it.
const PATH: &str = "/notifications/nombre";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::SignedIn, show);
}

/// `GET /notifications/nombre`: JSON, or events if the request asks for them.
///
/// Events tell a number alone. Whether the person is still signed in is asked whenever the stream
/// begins again.
async fn show(cx: RequestContext, headers: HeaderMap) -> Result<Response> {
    let (atrium, locale) = (cx.atrium().clone(), cx.locale());
    if !asks_for_events(&headers) {
        return Ok(Json(Bell::new(&atrium, locale, cx.unread())).into_response());
    }
    let (number, unread) = atrium.notices().watch_unread(cx.actor()).await?;
    let first = Bell::new(&atrium, locale, number);
    let later = unfold(unread, move |mut unread| {
        let atrium = atrium.clone();
        async move { unread.next().await.map(|number| (Bell::new(&atrium, locale, number), unread)) }
    });
    Ok(live_answer("unread", iter([first]).chain(later)))
}
