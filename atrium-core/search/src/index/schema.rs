//! The fields of the index, and how a document becomes them.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};
use tantivy::TantivyDocument;
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::SearchDocument;
use crate::analysis::{self, Form, Word, split};

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
    /// In the order of their numbers.
    pub(crate) const ALL: [Self; Self::COUNT] = [Self::Title, Self::Section, Self::Keywords, Self::Trail, Self::Body];

    /// Returns `true` if it is stored once for the documents of an article that share it. A title is shown above
    /// each section, and indexed at the first.
    pub(crate) fn is_of_head(self) -> bool {
        matches!(self, Self::Title | Self::Keywords | Self::Trail)
    }

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
    /// `true` if the document has its own title, keywords and trail, rather than sharing those of the document
    /// before it.
    pub(crate) const HEAD: &str = "head";
    pub(crate) const TITLE: &str = "title_hash";
    pub(crate) const SECTION: &str = "section_hash";
}

impl Fields {
    /// Returns the field that holds `part` in `form`.
    pub(crate) fn text(&self, part: Part, form: Form) -> Field {
        self.text[part as usize][form as usize]
    }
}

/// Returns the schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    // The raw tokenizer is never run on text: documents arrive already split (see `tantivy_document`).
    let raw = |option| TextFieldIndexing::default().set_tokenizer("raw").set_index_option(option);
    schema.add_bool_field(column::HEAD, tantivy::schema::FAST);
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
            // Lengths are read in one form.
            let options = raw(option).set_fieldnorms(form == Form::Exact);
            let options = TextOptions::default().set_indexing_options(options);
            schema.add_text_field(&format!("{}_{name}", part.name()), options)
        })
    });
    let stored = schema.add_bytes_field("stored", STORED);
    (schema.build(), Fields { kind, subject, tokens, words, text, stored })
}

/// Returns sixteen hexadecimal digits that change with the schema, the analysis and the stored form.
pub(crate) fn fingerprint() -> String {
    let (schema, _) = schema();
    let schema = serde_json::to_string(&schema).expect("a schema is plain data");
    let digest = Sha256::digest(format!("{schema}\n{}\n{STORED_VERSION}", analysis::VERSION));
    hex::encode(&digest[..8])
}

/// Returns a number that two texts share when they have the same words, whatever their accents, capitals and
/// punctuation.
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

/// What several documents indexed together share: keys of words met before, and the title of the last head.
#[derive(Default)]
pub(crate) struct Preparation {
    keys: HashMap<String, [String; 2]>,
    title: u64,
}

impl Preparation {
    /// Words whose keys are remembered.
    const WORDS: usize = 60_000;

    /// Returns the key of a folded word in a form.
    fn key(&mut self, form: Form, folded: &str) -> String {
        let at = match form {
            Form::Exact => return folded.to_owned(),
            Form::Stem => 0,
            Form::Root => 1,
        };
        if let Some(keys) = self.keys.get(folded) {
            return keys[at].clone();
        }
        if self.keys.len() >= Self::WORDS {
            self.keys.clear();
        }
        let keys = [Form::Stem.key(folded), Form::Root.key(folded)];
        self.keys.entry(folded.to_owned()).or_insert(keys)[at].clone()
    }
}

/// Returns `true` if `document` shares title, keywords and trail with the one before it in the same subject.
pub(crate) fn shares_head(document: &SearchDocument, before: &SearchDocument) -> bool {
    document.title == before.title && document.keywords == before.keywords && document.breadcrumb == before.breadcrumb
}

/// Returns the document as the index takes it. One that is no head is preceded by the document that holds its
/// title.
pub(crate) fn tantivy_document(
    fields: &Fields,
    schema: &Schema,
    document: &SearchDocument,
    is_head: bool,
    known: &mut Preparation,
) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    let column = |name| schema.get_field(name).expect("every column is in the schema");
    out.add_text(fields.kind, &document.kind);
    out.add_text(fields.subject, &document.subject);
    out.add_bool(column(column::HEAD), is_head);
    for token in &document.tokens {
        out.add_text(fields.tokens, token);
    }
    if let Some(service) = &document.service {
        out.add_text(column(column::SERVICE), service);
    }
    for audience in &document.audience {
        out.add_text(column(column::AUDIENCE), audience);
    }
    out.add_text(column(column::LOCALE), &document.locale);
    out.add_i64(column(column::UPDATED), document.updated);
    out.add_f64(column(column::POPULARITY), f64::from(document.popularity));
    out.add_u64(column(column::BADGES), document.badges.iter().fold(0, |bits, badge| bits | badge.bit()));

    let mut dictionary = BTreeSet::new();
    for part in Part::ALL.into_iter().filter(|part| is_head || !part.is_of_head()) {
        let words = split(&part.text(document));
        match part {
            Part::Title => known.title = words_hash(&words),
            Part::Section => out.add_u64(column(column::SECTION), words_hash(&words)),
            _ => {}
        }
        if words.is_empty() {
            continue;
        }
        for form in Form::ALL {
            out.add_pre_tokenized_text(fields.text(part, form), tokens(&words, |word| known.key(form, &word.folded)));
        }
        dictionary.extend(words.into_iter().map(|word| word.folded));
    }
    out.add_u64(column(column::TITLE), known.title);
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

fn tokens(words: &[Word], mut key: impl FnMut(&Word) -> String) -> PreTokenizedString {
    let tokens = words.iter().map(|word| token(word.position, key(word))).collect();
    PreTokenizedString { text: String::new(), tokens }
}

fn token(position: usize, text: String) -> Token {
    Token { offset_from: 0, offset_to: 0, position, position_length: 1, text }
}
