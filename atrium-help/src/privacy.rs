//! What the help keeps about a person: opinions, which stay without their author.

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::db::{Db, Tx};
use atrium_core::directory::PersonId;
use atrium_core::privacy::{PersonalData, change_about, rows_about};
use serde_json::{Value, json};

pub(crate) struct HelpData;

const OPINIONS: &str = "SELECT a.title AS article, CASE WHEN f.useful THEN 'useful' ELSE 'not_useful' END AS verdict, \
    f.comment, f.at FROM atrium_help_feedback f JOIN atrium_help_article a ON a.id = f.article_id \
    WHERE f.person_id = $1 ORDER BY f.id";

#[async_trait]
impl PersonalData for HelpData {
    async fn export(&self, db: &Db, person: PersonId) -> Result<Value> {
        let opinions = rows_about(db, OPINIONS, (&["article", "verdict", "comment"], &["at"]), person).await?;
        Ok(json!({ "opinions": opinions }))
    }

    async fn erase(&self, tx: &Tx, person: PersonId) -> Result<u64> {
        change_about(tx, "UPDATE atrium_help_feedback SET person_id = NULL WHERE person_id = $1", person).await
    }
}
