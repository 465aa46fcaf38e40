//! The fields of the index, and how a document becomes them.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use tantivy::TantivyDocument;
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::search::SearchDocument;
use crate::search::analysis::{self, Form, Word, split};

/// Changes whenever the stored form of a document does.
const STORED_VERSION: u32 = 2;

/// A part of a document, from the most to the least telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Title,
    Section,
    Keywords,
    Trail,
    Body,
}

impl Part {
    pub(crate) const COUNT: usize = 5;
    pub(crate) const ALL: [Self; Self::COUNT] = [Self::Title, Self::Section, Self::Keywords, Self::Trail, Self::Body];

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Section => "section",
            Self::Keywords => "keywords",
            Self::Trail => "trail",
            Self::Body => "body",
        }
    }

    fn text(self, document: &SearchDocument) -> String {
        match self {
            Self::Title => document.title.clone(),
            Self::Section => document.section.clone(),
            Self::Keywords => document.keywords.join("\n"),
            Self::Trail => document.breadcrumb.join("\n"),
            Self::Body => document.body.clone(),
        }
    }
}

/// The fields by name.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub kind: Field,
    pub subject: Field,
    pub tokens: Field,
    /// Every distinct word of the document, in its exact form: the dictionary of typos, prefixes and corrections.
    pub words: Field,
    text: [[Field; Form::ALL.len()]; Part::COUNT],
    pub stored: Field,
}

/// Names of the columns that ranking and facets read.
pub(crate) mod column {
    pub(crate) const KIND: &str = "kind";
    pub(crate) const SUBJECT: &str = "subject";
    pub(crate) const SERVICE: &str = "service";
    pub(crate) const AUDIENCE: &str = "audience";
    pub(crate) const LOCALE: &str = "locale";
    pub(crate) const UPDATED: &str = "updated";
    pub(crate) const POPULARITY: &str = "popularity";
    pub(crate) const BADGES: &str = "badges";
    pub(crate) const TITLE: &str = "title_hash";
    pub(crate) const SECTION: &str = "section_hash";
}

impl Fields {
    /// The field that holds `part` in `form`.
    pub(crate) fn text(&self, part: Part, form: Form) -> Field {
        self.text[part as usize][form as usize]
    }
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    // The raw tokenizer is never run on text: documents arrive already split (see `tantivy_document`).
    let raw = |option| TextFieldIndexing::default().set_tokenizer("raw").set_index_option(option);
    let filter = raw(IndexRecordOption::Basic).set_fieldnorms(false);
    let filter = TextOptions::default().set_indexing_options(filter);
    let tokens = schema.add_text_field("tokens", filter.clone());
    let words = schema.add_text_field("words", filter.clone());
    let kind = schema.add_text_field(column::KIND, filter.clone().set_fast("raw"));
    let subject = schema.add_text_field(column::SUBJECT, STRING.set_fast("raw"));
    for name in [column::SERVICE, column::AUDIENCE, column::LOCALE] {
        schema.add_text_field(name, TextOptions::default().set_fast("raw"));
    }
    schema.add_i64_field(column::UPDATED, tantivy::schema::FAST);
    schema.add_f64_field(column::POPULARITY, tantivy::schema::FAST);
    for name in [column::BADGES, column::TITLE, column::SECTION] {
        schema.add_u64_field(name, tantivy::schema::FAST);
    }
    let text = Part::ALL.map(|part| {
        Form::ALL.map(|form| {
            let (name, option) = match form {
                Form::Exact => ("exact", IndexRecordOption::WithFreqsAndPositions),
                Form::Stem => ("stem", IndexRecordOption::WithFreqsAndPositions),
                Form::Root => ("root", IndexRecordOption::WithFreqs),
            };
            let options = TextOptions::default().set_indexing_options(raw(option));
            schema.add_text_field(&format!("{}_{name}", part.name()), options)
        })
    });
    let stored = schema.add_bytes_field("stored", STORED);
    (schema.build(), Fields { kind, subject, tokens, words, text, stored })
}

/// Sixteen hexadecimal digits that change with the schema, the analysis and the stored form.
pub(crate) fn fingerprint() -> String {
    let (schema, _) = schema();
    let schema = serde_json::to_string(&schema).expect("a schema is plain data");
    let digest = Sha256::digest(format!("{schema}\n{}\n{STORED_VERSION}", analysis::VERSION));
    hex::encode(&digest[..8])
}

/// A number that two texts share when they have the same words, whatever their accents, capitals and punctuation.
pub(crate) fn text_hash<'a>(words: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hasher = Sha256::new();
    let mut empty = true;
    for word in words {
        hasher.update(word);
        hasher.update([0]);
        empty = false;
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let number = u64::from_le_bytes(*digest.first_chunk().expect("a digest has 32 bytes"));
    if empty { 0 } else { number }
}

/// The document as the index takes it.
pub(crate) fn tantivy_document(fields: &Fields, schema: &Schema, document: &SearchDocument) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    let column = |name| schema.get_field(name).expect("every column is in the schema");
    out.add_text(fields.kind, &document.kind);
    out.add_text(fields.subject, &document.subject);
    for token in &document.tokens {
        out.add_text(fields.tokens, token.term());
    }
    if let Some(service) = &document.service {
        out.add_text(column(column::SERVICE), service);
    }
    for audience in &document.audience {
        out.add_text(column(column::AUDIENCE), audience);
    }
    out.add_text(column(column::LOCALE), &document.locale);
    out.add_i64(column(column::UPDATED), document.updated.0);
    out.add_f64(column(column::POPULARITY), f64::from(document.popularity));
    out.add_u64(column(column::BADGES), document.badges.iter().fold(0, |bits, badge| bits | badge.bit()));

    let mut dictionary = BTreeSet::new();
    for part in Part::ALL {
        let words = split(&part.text(document));
        match part {
            Part::Title => out.add_u64(column(column::TITLE), words_hash(&words)),
            Part::Section => out.add_u64(column(column::SECTION), words_hash(&words)),
            _ => {}
        }
        for form in Form::ALL {
            out.add_pre_tokenized_text(fields.text(part, form), tokens(&words, |word| form.key(&word.folded)));
        }
        dictionary.extend(words.into_iter().map(|word| word.folded));
    }
    let dictionary: Vec<Token> = dictionary.into_iter().map(|word| token(0, word)).collect();
    out.add_pre_tokenized_text(fields.words, PreTokenizedString { text: String::new(), tokens: dictionary });

    let stored = serde_json::to_vec(document).expect("a document is plain data");
    out.add_bytes(fields.stored, &stored);
    out
}

/// [`text_hash`] of a text already split.
pub(crate) fn words_hash(words: &[Word]) -> u64 {
    text_hash(words.iter().filter(|word| !word.joined).map(|word| word.folded.as_str()))
}

fn tokens(words: &[Word], key: impl Fn(&Word) -> String) -> PreTokenizedString {
    let tokens = words.iter().map(|word| token(word.position, key(word))).collect();
    PreTokenizedString { text: String::new(), tokens }
}

fn token(position: usize, text: String) -> Token {
    Token { offset_from: 0, offset_to: 0, position, position_length: 1, text }
}
