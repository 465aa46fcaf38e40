//! The engine as its callers see it.

mod answering;
mod finding;
mod life;
mod spelling;
mod visibility;

use super::*;
use crate::{Clause, Filter};

fn document(subject: &str, at: usize, title: &str, section: &str, body: &str) -> SearchDocument {
    SearchDocument {
        id: format!("{subject}#{at}"),
        kind: subject.split(':').next().unwrap_or_default().into(),
        subject: subject.into(),
        source: subject.replace(':', "/"),
        url: format!("/{subject}#{at}"),
        title: title.into(),
        section: section.into(),
        body: body.into(),
        locale: "fr".into(),
        ..SearchDocument::default()
    }
}

fn put(documents: Vec<SearchDocument>) -> Change {
    Change::Put { subject: documents[0].subject.clone(), documents }
}

async fn engine(changes: Vec<Change>) -> SearchEngine {
    let engine = SearchEngine::in_memory(Synonyms::french()).expect("an index in memory");
    engine.apply(changes).await.expect("applied");
    engine.commit(Checkpoint("1".into())).await.expect("committed");
    engine
}

async fn help() -> SearchEngine {
    let article = |number: usize, title: &str, sections: &[(&str, &str)]| {
        let subject = format!("help:{number}");
        let documents = sections.iter().enumerate().map(|(at, (section, body))| {
            let service = if number == 1 { "casier" } else { "messagerie" };
            SearchDocument { service: Some(service.into()), ..document(&subject, at, title, section, body) }
        });
        put(documents.collect())
    };
    engine(vec![
        article(
            1,
            "Rendre un devoir dans le casier",
            &[
                ("", "Le casier reçoit les travaux des élèves."),
                ("Déposer son travail", "Ouvrez le casier de la matière, puis choisissez un fichier à déposer."),
                ("Vérifier le dépôt", "Le casier indique la date du dépôt."),
                ("Corriger", "L’enseignant lit le casier et renvoie une copie annotée."),
            ],
        ),
        article(
            2,
            "Réinitialiser son mot de passe",
            &[
                ("", "Le mot de passe se renouvelle depuis la page de connexion de l’établissement."),
                ("Sans adresse électronique", "Le référent numérique peut donner un mot de passe provisoire."),
            ],
        ),
        article(
            3,
            "Écrire un message",
            &[("", "La messagerie envoie une copie vers la boîte personnelle. Pièce jointe : 10 Mo.")],
        ),
        article(
            4,
            "Lire hors ligne",
            &[("", "Les manuels se téléchargent sur une tablette. Le passe-partout ouvre le mot juste.")],
        ),
    ])
    .await
}

fn ask(engine: &SearchEngine, text: &str) -> SearchAnswer {
    let request = SearchRequest::new(text).visible("help", Filter::all()).visible("forum", Filter::all());
    engine.search_blocking(&request).expect("any text is answered")
}

fn subjects(answer: &SearchAnswer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.subject.as_str()).collect()
}

fn first(engine: &SearchEngine, text: &str) -> String {
    subjects(&ask(engine, text)).first().map(|subject| (*subject).to_owned()).unwrap_or_default()
}

fn plain(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}

fn marked(fragments: &[Fragment]) -> Vec<&str> {
    fragments.iter().filter(|fragment| fragment.marked).map(|fragment| fragment.text.as_str()).collect()
}
