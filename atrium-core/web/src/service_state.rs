//! The notice on pages about a service that does not work as usual.

use serde::Serialize;

use super::request_context::RequestContext;
use atrium_platform::Message;
use atrium_platform::catalogue::ServiceState;

/// The state of a service that does not work as usual. Printed by `{{> partials/service-state page.disturbance}}`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Incident {
    /// `degraded`, `stopped` or `maintenance`.
    pub state: &'static str,
    /// The state, in the reader's language.
    pub label: String,
    /// The service and its state, in the reader's language.
    pub title: String,
    /// The Region's note on it; may be empty.
    pub note: String,
    /// The language of the note.
    pub note_lang: &'static str,
}

impl RequestContext {
    /// Returns the disturbance of a service; `None` while it works as usual.
    #[must_use]
    pub fn disturbance(&self, service: &str) -> Option<Incident> {
        let service =
            self.atrium().catalogue().service(service).filter(|service| service.state != ServiceState::Normal)?;
        let state = service.state.as_str();
        let label = self.message(&Message::new(format!("core-service-state-{state}")));
        let title = Message::new("core-labelled").with("label", self.service_name(&service)).with("text", &label);
        let note = self.pick(&service.state_note_fr, &service.state_note_en).to_owned();
        let note_lang = self.language_of(&service.state_note_en);
        Some(Incident { state, label, title: self.message(&title), note, note_lang })
    }
}
