//! Articles and introductions as they are kept once rendered, for every reader: blocks, headings, passages.

use std::collections::BTreeMap;

use atrium_core::markup::{self, AudienceRule, LinkResolver, Options, RENDERER_VERSION, Rendered, SafeHtml};
use atrium_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::{article, collection};

/// Ids of the pages around a text: of an article, and of a collection.
pub(crate) const RESERVED: [&str; 9] =
    ["contenu", "avis", "avis-titre", "je-suis", "mots", "theme-label", "articles", "rubriques", "ailleurs"];

/// What is kept of a rendered article or introduction.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    blocks: Vec<Block>,
    passages: Vec<Passage>,
    /// Where its links between articles and its pictures lead, by path: for another renderer.
    #[serde(default)]
    places: BTreeMap<String, String>,
}

/// A stretch of the article for some readers, or for all.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Block {
    html: String,
    audience: Option<String>,
    headings: Vec<Heading>,
}

/// A heading of the article.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Heading {
    /// 2 for the first level below the title.
    pub(crate) level: u8,
    /// Its stable id.
    pub(crate) id: String,
    /// Its text.
    pub(crate) text: String,
}

/// The plain text under one heading, or before the first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Passage {
    /// The heading's id; empty before the first.
    pub(crate) id: String,
    /// The heading's text; empty before the first.
    pub(crate) heading: String,
    /// Headings above it, from the outermost.
    pub(crate) parents: Vec<String>,
    /// Its readers, as terms (`profile:teacher`); empty: everyone.
    pub(crate) audience: Vec<String>,
    /// Plain text.
    pub(crate) text: String,
}

/// A block ready for a page.
#[derive(Clone, Debug)]
pub(crate) struct PageBlock {
    /// Sanitised HTML.
    pub(crate) html: SafeHtml,
    /// Its readers; everyone when absent.
    pub(crate) audience: Option<AudienceRule>,
    /// The headings in it.
    pub(crate) headings: Vec<Heading>,
}

fn ready(blocks: Vec<Block>) -> Result<Vec<PageBlock>> {
    let ready = |block: Block| {
        let html =
            SafeHtml::from_cache(RENDERER_VERSION, block.html).ok_or_else(|| Error::bug("html of another renderer"))?;
        let audience = match block.audience {
            Some(text) => Some(text.parse().map_err(|source| Error::internal("an audience", source))?),
            None => None,
        };
        Ok(PageBlock { html, audience, headings: block.headings })
    };
    blocks.into_iter().map(ready).collect()
}

/// Leads where the synchronisation led.
impl LinkResolver for Stored {
    fn article(&self, path: &str) -> Option<String> {
        self.places.get(path).cloned()
    }

    fn file(&self, path: &str) -> Option<String> {
        self.places.get(path).cloned()
    }
}

impl Stored {
    /// Returns the stored HTML of `article`, rendered again if another renderer made it.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub(crate) fn load(article: &article::Model) -> Result<Self> {
        Self::read(&article.rendered, article.renderer, &article.source, &article.markdown)
    }

    /// Returns the stored HTML of the introduction of `collection`, rendered again if another renderer made it.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub(crate) fn introduction(collection: &collection::Model) -> Result<Self> {
        if collection.markdown.is_empty() {
            return Ok(Self::default());
        }
        Self::read(&collection.rendered, collection.renderer, &collection.source(), &collection.markdown)
    }

    /// Returns the blocks of `article`, in order, ready for a page. The passages, which are for the index, are not
    /// read.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub(crate) fn blocks_of(article: &article::Model) -> Result<Vec<PageBlock>> {
        #[derive(Deserialize)]
        struct Blocks {
            blocks: Vec<Block>,
        }
        if article.renderer != i64::from(RENDERER_VERSION) {
            return Self::load(article)?.into_blocks();
        }
        let kept: Blocks = serde_json::from_str(&article.rendered)
            .map_err(|error| Error::internal(format!("article `{}`", article.source), error))?;
        ready(kept.blocks)
    }

    fn read(rendered: &str, renderer: i64, source: &str, markdown: &str) -> Result<Self> {
        if renderer == i64::from(RENDERER_VERSION) {
            return serde_json::from_str(rendered)
                .map_err(|error| Error::internal(format!("article `{source}`"), error));
        }
        let before: Self = serde_json::from_str(rendered).unwrap_or_default();
        let options = Options::article(source, &before).reserved_ids(&RESERVED);
        let rendered = markup::render(markdown, &options);
        Ok(Self { places: before.places.clone(), ..Self::of(&rendered) })
    }

    /// Keeps what was rendered; its links between articles and its pictures are not led anywhere yet.
    pub(crate) fn of(rendered: &Rendered) -> Self {
        let heading = |heading: &markup::Heading| Heading {
            level: heading.level,
            id: heading.id.clone(),
            text: heading.text.clone(),
        };
        let blocks = rendered.blocks.iter().map(|block| Block {
            html: block.html.as_str().to_owned(),
            audience: block.audience.as_ref().map(ToString::to_string),
            headings: block.headings.iter().map(heading).collect(),
        });
        let passages = rendered.sections.iter().map(|section| {
            let (id, text) = section.heading.as_ref().map_or(("", ""), |heading| (&heading.id, &heading.text));
            Passage {
                id: id.to_owned(),
                heading: text.to_owned(),
                parents: section.parents.clone(),
                audience: section.audience.as_ref().map(AudienceRule::terms).unwrap_or_default(),
                text: section.text.clone(),
            }
        });
        Self { blocks: blocks.collect(), passages: passages.collect(), places: BTreeMap::new() }
    }

    /// Adds where its links between articles and its pictures lead, by path.
    pub(crate) fn leading(mut self, places: BTreeMap<String, String>) -> Self {
        self.places = places;
        self
    }

    /// Returns the blocks, in order, ready for a page.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub(crate) fn into_blocks(self) -> Result<Vec<PageBlock>> {
        ready(self.blocks)
    }

    /// Returns the passages, for the index.
    #[must_use]
    pub(crate) fn passages(&self) -> &[Passage] {
        &self.passages
    }
}
