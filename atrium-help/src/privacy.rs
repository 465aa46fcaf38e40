//! What the help keeps about a person: opinions, which stay without their author.

use atrium_core::privacy::{KeptPart, KeptRows};

pub(crate) const KEPT: KeptRows = KeptRows::new(
    &[KeptPart::new("opinions", OPINIONS, &["article", "verdict", "comment"], &["at"])],
    &["UPDATE atrium_help_feedback SET person_id = NULL WHERE person_id = $1"],
);

const OPINIONS: &str = "SELECT a.title AS article, CASE WHEN f.useful THEN 'useful' ELSE 'not_useful' END AS verdict, \
    f.comment, f.at FROM atrium_help_feedback f JOIN atrium_help_article a ON a.id = f.article_id \
    WHERE f.person_id = $1 ORDER BY f.id";
