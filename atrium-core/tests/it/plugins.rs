//! Plugins at work: outside of a request, and with state and layers of their own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use atrium_core::Message;
use atrium_core::access::Actor;
use atrium_core::plugin::{Plugin, PluginContext};
use atrium_core::search::SearchRequest;
use atrium_core::testing::TestSite;
use atrium_core::web::{Files, Locale, Printing, Routes, View, WebPlugin, Who};

/// A plugin that searches, prints and waits for the stop outside of a request.
#[derive(Clone, Default)]
struct Worker(Arc<Mutex<Vec<String>>>);

#[derive(serde::Serialize)]
struct Note {
    text: &'static str,
}

impl View for Note {
    const TEMPLATE: &'static str = "worker/note";
}

#[async_trait::async_trait]
impl Plugin for Worker {
    fn id(&self) -> &'static str {
        "worker"
    }

    async fn start(&self, cx: &PluginContext) -> atrium_core::Result<()> {
        let found = cx.finder.search(&Actor::anonymous(cx.db.now()), SearchRequest::new("mot")).await?;
        let said = cx.say(Locale::En, &Message::new("worker-hello").with("name", "Ana"));
        let printed = cx.print(Locale::Fr, &Note { text: "<b>" })?;
        let site = cx.settings.site_name.clone();
        *self.0.lock().unwrap() = vec![found.total.to_string(), said, printed, site, cx.is_stopping().to_string()];
        let (cx, notes) = (cx.clone(), self.0.clone());
        tokio::spawn(async move {
            cx.stopped().await;
            notes.lock().unwrap().push("stopped".to_owned());
        });
        Ok(())
    }
}

impl WebPlugin for Worker {
    fn templates(&self) -> Files {
        Files::default().with(
            "worker/note.hbs",
            "<a href=\"{{href \"/aide\"}}\">{{page.text}}</a>{{t \"worker-hello\" name=\"Léa\"}}".as_bytes(),
        )
    }

    fn locales(&self) -> Files {
        let files = Files::default().with("fr/worker.ftl", "worker-hello = Bonjour { $name }\n".as_bytes());
        files.with("en/worker.ftl", "worker-hello = Hello { $name }\n".as_bytes())
    }
}

#[tokio::test]
async fn a_plugin_works_outside_of_a_request() {
    let worker = Worker::default();
    let builder = TestSite::builder().plugin(worker.clone()).public_url("https://ent.example.fr/assistance");
    let site = builder.start().await;
    let expected = ["0", "Hello Ana", "<a href=\"/assistance/aide\">&lt;b&gt;</a>Bonjour Léa", "ATRIUM", "false"];
    assert_eq!(*worker.0.lock().unwrap(), expected);
    site.atrium().stop().await.unwrap();
    while worker.0.lock().unwrap().len() == expected.len() {
        tokio::task::yield_now().await;
    }
    assert!(site.atrium().context().is_stopping());
}

#[derive(Clone)]
struct Counter(Arc<AtomicU32>);

/// A plugin whose handlers have a state and a layer of their own.
struct Stateful(Counter);

impl Plugin for Stateful {
    fn id(&self) -> &'static str {
        "stateful"
    }
}

async fn count(axum::extract::State(counter): axum::extract::State<Counter>) -> String {
    (counter.0.fetch_add(1, Ordering::SeqCst) + 1).to_string()
}

impl WebPlugin for Stateful {
    fn routes(&self, routes: &mut Routes) {
        routes.with_state(self.0.clone(), |routes| {
            routes.get("/compteur", Who::Anyone, count);
            let layer = axum::middleware::map_response(|mut response: axum::response::Response| async {
                response.headers_mut().insert("x-desk", http::HeaderValue::from_static("open"));
                response
            });
            routes.with_layer(layer, |routes| routes.get("/compteur/reserve", Who::SignedIn, count));
        });
    }
}

#[tokio::test]
async fn handlers_have_state_and_layers_of_their_plugin() {
    let site = TestSite::builder().plugin(Stateful(Counter(Arc::default()))).start().await;
    assert_eq!(site.visitor().get("/compteur").await.text(), "1");
    let refused = site.visitor().get("/compteur/reserve").await;
    assert_eq!(refused.assert_status(303).header("x-desk"), "", "refused before the layer");
    let admin = site.signed_in(site.admin().await).await;
    let answer = admin.get("/compteur/reserve").await;
    assert_eq!((answer.text().as_str(), answer.header("x-desk")), ("2", "open"));
}
