//! What searches find of the desk: its page for everybody, and each request for those who may read it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use atrium_core::access::{Actor, Scope, Token, Visibility};
use atrium_core::db::Db;
use atrium_core::search::{SearchDocument, SearchSource};
use atrium_core::{Result, directory};

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
        match request_of(subject) {
            None if subject == ABOUT => Ok(vec![about()]),
            None => Ok(Vec::new()),
            Some(id) => match store::request(db, id).await {
                Ok(request) => Ok(vec![document(db, request).await?]),
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                Err(error) => Err(error),
            },
        }
    }

    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        let (first, after) = match after {
            None => (Some(ABOUT.to_owned()), RequestId(0)),
            Some(subject) => (None, request_of(subject).unwrap_or_default()),
        };
        let ids = store::ids_after(db, after, limit).await?;
        Ok(first.into_iter().chain(ids.into_iter().map(actions::subject)).take(limit as usize).collect())
    }

    /// Everybody sees what is public; schools see their own requests, the Region sees all of them.
    async fn visibility(&self, _db: &Db, actor: &Actor) -> Result<Visibility> {
        Ok(visibility(actor))
    }

    async fn visible(&self, db: &Db, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>> {
        let rule = visibility(actor);
        let mut visible = BTreeSet::new();
        for id in ids {
            // A subject has one document, of the same name.
            let documents = self.documents(db, id).await?;
            if documents.iter().any(|document| rule.admits(&document.tokens)) {
                visible.insert(id.clone());
            }
        }
        Ok(visible)
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
        tokens: BTreeSet::from([Token::public()]),
        locale: "fr".into(),
        popularity: 0.5,
        ..SearchDocument::default()
    }
}

async fn document(db: &Db, request: requests::Model) -> Result<SearchDocument> {
    let school = directory::store::establishment(db, request.establishment_id).await?;
    let subject = actions::subject(request.id);
    Ok(SearchDocument {
        id: subject.clone(),
        kind: KIND.into(),
        subject,
        url: requests::routes::request_path(request.id),
        title: format!("Demande de tablettes : {}", school.name),
        body: format!("{}\n{}", request.reason, request.answer),
        tokens: Scope::Establishment(school.id).tokens().collect(),
        locale: "fr".into(),
        updated: request.decided_at.unwrap_or(request.asked_at),
        ..SearchDocument::default()
    })
}
