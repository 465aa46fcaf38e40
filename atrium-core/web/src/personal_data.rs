//! What pages about personal data have in common: the sentences on what is kept, and the file that is handed over.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::RequestContext;
use atrium_platform::directory::PersonId;
use atrium_platform::{Error, Result};

impl RequestContext {
    /// Returns a sentence on what each part of the platform keeps about people: the message `privacy-{plugin}`.
    #[must_use]
    pub fn kept_about_people(&self) -> Vec<String> {
        let owners = self.atrium().privacy_owners().into_iter();
        owners.filter_map(|owner| self.known(&format!("privacy-{owner}"))).collect()
    }

    /// Answers with everything that is kept about a person, as a file of JSON called `name`.
    ///
    /// # Errors
    /// Returns `is_forbidden` unless it is the person, or somebody who handles such requests and is not below them, or an
    /// error if the database fails.
    pub async fn personal_data_file(&self, person: PersonId, name: &str) -> Result<Response> {
        let document = self.atrium().export_person(self.actor(), person).await?;
        let text =
            serde_json::to_string_pretty(&document).map_err(|source| Error::internal("personal data", source))?;
        let disposition = format!("attachment; filename=\"{name}\"");
        Ok(([(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, disposition.as_str())], text).into_response())
    }
}
