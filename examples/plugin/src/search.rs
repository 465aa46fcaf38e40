//! What searches find of the desk: its page for everybody, and each request for those who may read it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::{Actor, Scope, Token, Visibility};
use atrium_core::db::Db;
use atrium_core::directory::{self, Establishment};
use atrium_core::search::{SearchDocument, SearchSource, SourceRows};

use crate::desk::routes;
use crate::requests::{self, RequestId, actions, store};
use crate::{DECIDE, MANAGE};

const KIND: &str = "loans";
const ABOUT: &str = "loans:about";

/// The desk as a source of search documents.
pub(crate) struct LoansSource;

#[async_trait]
impl SearchSource for LoansSource {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>> {
        let mut all = self.documents_of(db, vec![subject.to_owned()]).await?;
        Ok(all.pop().map(|(_, documents)| documents).unwrap_or_default())
    }

    /// Makes two queries, however many subjects: an index that is rebuilt asks for hundreds at once.
    async fn documents_of(&self, db: &Db, subjects: Vec<String>) -> Result<Vec<(String, Vec<SearchDocument>)>> {
        let ids: Vec<_> = subjects.iter().filter_map(|subject| request_of(subject)).collect();
        let requests = store::some(db, &ids).await?;
        let schools: Vec<_> = requests.iter().map(|request| request.establishment_id).collect();
        let schools = directory::establishments_by_id(db, schools).await?;
        let document_of = |subject: &str| {
            let request = requests.iter().find(|request| request_of(subject) == Some(request.id))?;
            let school = schools.iter().find(|school| school.id == request.establishment_id)?;
            Some(document(request, school))
        };
        let documents = subjects.into_iter().map(|subject| match subject.as_str() {
            ABOUT => (subject, vec![about()]),
            request => (subject.clone(), document_of(request).into_iter().collect()),
        });
        Ok(documents.collect())
    }

    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        let (first, after) = match after {
            None => (Some(ABOUT.to_owned()), RequestId(0)),
            Some(subject) => (None, request_of(subject).unwrap_or_default()),
        };
        let ids = store::ids_after(db, after, limit).await?;
        Ok(first.into_iter().chain(ids.into_iter().map(actions::subject)).take(limit as usize).collect())
    }

    /// Everyone sees public documents; schools see their own requests, the Region sees all of them.
    fn visibility(&self, _rows: &SourceRows, actor: &Actor) -> Result<Visibility> {
        Ok(visibility(actor))
    }

    /// Makes one query, however many hits. A subject has one document, of the same name.
    async fn visible(&self, db: &Db, _rows: &SourceRows, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>> {
        let requests: Vec<_> = ids.iter().filter_map(|id| request_of(id)).collect();
        let visible = store::visible_among(db, &requests, &visibility(actor)).await?;
        let shown = |id: &&String| *id == ABOUT || request_of(id).is_some_and(|request| visible.contains(&request));
        Ok(ids.iter().filter(shown).cloned().collect())
    }
}

fn visibility(actor: &Actor) -> Visibility {
    let rights = actor.rights();
    let requests = [MANAGE, DECIDE].into_iter().flat_map(|permission| rights.clauses(permission, actor.now()));
    let public = atrium_core::access::Clause::any().with([Token::public()]);
    Visibility::any_of(requests.chain([public]))
}

fn request_of(subject: &str) -> Option<RequestId> {
    subject.strip_prefix("loans:")?.parse().ok()
}

fn about() -> SearchDocument {
    SearchDocument {
        id: ABOUT.into(),
        kind: KIND.into(),
        subject: ABOUT.into(),
        source: "prets".into(),
        url: routes::ABOUT.into(),
        title: "Prêt de tablettes".into(),
        body: "Un élève n’a pas d’équipement à la maison pour lire ses manuels numériques : les établissements qui \
               ont rejoint le dispositif lui prêtent une tablette de leur stock."
            .into(),
        keywords: ["emprunter", "tablette", "équipement", "ordinateur"].map(String::from).into(),
        tokens: BTreeSet::from([Token::public().term()]),
        locale: "fr".into(),
        popularity: 0.5,
        ..SearchDocument::default()
    }
}

fn document(request: &requests::Model, school: &Establishment) -> SearchDocument {
    let subject = actions::subject(request.id);
    SearchDocument {
        id: subject.clone(),
        kind: KIND.into(),
        subject,
        url: requests::routes::request_path(request.id),
        title: format!("Demande de tablettes : {}", school.name),
        body: format!("{}\n{}", request.reason, request.answer),
        tokens: Scope::Establishment(school.id).tokens().map(|token| token.term()).collect(),
        locale: "fr".into(),
        updated: request.decided_at.unwrap_or(request.asked_at).0,
        ..SearchDocument::default()
    }
}
