//! A made-up forum of any size, as the index is given it: real French sentences out of the help, in an order of chance, with
//! words of each topic's own, in hundreds of establishments.

use std::collections::BTreeSet;

use atrium_core::access::{Clause, Facet, Token, Visibility};
use atrium_core::search::{Change, SearchDocument};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Posts of a topic, on average.
pub const POSTS: usize = 10;
const SCHOOLS: u32 = 310;
const CATEGORIES: u32 = 30;
/// People who write.
const PEOPLE: u32 = 20_000;
/// One topic in so many is confidential.
const CONFIDENTIAL: usize = 12;

/// Makes topics, the same for the same seed.
pub struct Topics {
    sentences: Vec<String>,
    titles: Vec<String>,
    seed: u64,
}

impl Topics {
    /// Creates a forum in the words of the real help.
    ///
    /// # Panics
    /// The real help is not beside the benches.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let folder =
            atrium_help::content::Folder::read(&crate::real_help()).expect("the real help is beside the benches");
        let mut sentences = BTreeSet::new();
        let mut titles = Vec::new();
        for (source, title) in folder.titles() {
            titles.push(title.to_owned());
            let path = crate::real_help().join(source).with_extension("md");
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let whole = |sentence: &&str| sentence.split_whitespace().count() > 4;
            let plain = |sentence: &str| sentence.trim().replace(['#', '*', '`', '[', ']', '|'], " ");
            sentences.extend(text.split(['.', '\n', '?']).filter(whole).map(plain));
        }
        assert!(sentences.len() > 500 && titles.len() > 50, "the real help has texts");
        Self { sentences: sentences.into_iter().collect(), titles, seed }
    }

    /// Puts the topic with this number into an index.
    #[must_use]
    pub fn topic(&self, number: usize) -> Change {
        let mut random = StdRng::seed_from_u64(self.seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let subject = format!("forum:{number}");
        let (school, category) = (random.random_range(0..SCHOOLS), random.random_range(0..CATEGORIES));
        let title =
            format!("{} au lycée {}", self.titles[random.random_range(0..self.titles.len())], own_word(&mut random));
        let posts = random.random_range(1..POSTS * 2);
        let readers = if number.is_multiple_of(CONFIDENTIAL) { "confidential" } else { "open" };
        let document = |post: usize| {
            let mut body = String::new();
            for _ in 0..random.random_range(1..5) {
                body.push_str(&self.sentences[random.random_range(0..self.sentences.len())]);
                body.push_str(". ");
            }
            body.push_str(&own_word(&mut random));
            let tokens = [
                Token::new(Facet::Scope, "p"),
                Token::new(Facet::Scope, format_args!("e{school}")),
                Token::new(Facet::Category, category),
                Token::state("visible"),
                Token::new(Facet::Audience, readers),
                Token::new(Facet::Author, random.random_range(0..PEOPLE)),
            ];
            SearchDocument {
                id: format!("{subject}/{post}"),
                kind: "forum".to_owned(),
                subject: subject.clone(),
                url: format!("/forum/sujets/{number}#message-{post}"),
                title: title.clone(),
                shelf: Some(category.to_string()),
                body,
                service: Some(format!("service-{}", category % 12)),
                tokens: tokens.map(|token| token.term()).into(),
                locale: "fr".to_owned(),
                updated: 1_700_000_000_000 + number as i64 * 60_000,
                popularity: 0.2,
                ..SearchDocument::default()
            }
        };
        Change::Put { documents: (1..=posts).map(document).collect(), subject }
    }

    /// Titles as somebody types them who asks again what was asked.
    #[must_use]
    pub fn typed_titles(&self, count: usize) -> Vec<String> {
        self.titles.iter().cycle().take(count).map(|title| format!("{title} au lycée")).collect()
    }
}

/// Returns the visibility of the reader with this number: the open topics of most categories, confidential ones of
/// a school, and their own.
#[must_use]
pub fn reader(number: u32) -> Visibility {
    let categories: Vec<_> = (0..CATEGORIES - 3).map(|category| Token::new(Facet::Category, category)).collect();
    let shown = || Clause::any().with(categories.clone()).with([Token::state("visible")]);
    Visibility::any_of([
        shown().with([Token::new(Facet::Audience, "open")]),
        shown()
            .with([Token::new(Facet::Audience, "confidential")])
            .with([Token::new(Facet::Scope, format_args!("e{}", number % SCHOOLS))]),
        Clause::any().with(categories.clone()).with([Token::new(Facet::Author, number % PEOPLE)]),
    ])
}

/// Returns a word that few others use.
fn own_word(random: &mut StdRng) -> String {
    const PARTS: [&str; 24] = [
        "ba", "cor", "du", "fe", "gri", "lo", "mar", "ni", "pu", "ra", "sel", "ti", "vau", "bre", "cha", "don", "er",
        "fla", "gou", "jan", "ke", "lin", "mou", "nar",
    ];
    (0..4).map(|_| PARTS[random.random_range(0..PARTS.len())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_topics() {
        let of = |seed, number| match Topics::new(seed).topic(number) {
            Change::Put { documents, .. } => documents.into_iter().map(|document| document.body).collect::<Vec<_>>(),
            Change::Remove { .. } => Vec::new(),
        };
        assert_eq!(of(1, 7), of(1, 7));
        assert_ne!(of(1, 7), of(2, 7));
    }
}
