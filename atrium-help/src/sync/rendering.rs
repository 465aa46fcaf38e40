//! An article rendered once, at synchronisation, for every reader: blocks, headings, passages.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::markup::{self, AudienceRule, LinkResolver, Options, RENDERER_VERSION, Rendered, SafeHtml};
use atrium_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::articles::article;
use crate::content::{ArticleFile, Broken, Folder};
use crate::reading::{article_path, collection_path};

/// Ids of the article's page around its text.
const RESERVED: [&str; 6] = ["contenu", "avis", "avis-titre", "je-suis", "mots", "theme-label"];

/// What is kept of a rendered article.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stored {
    blocks: Vec<Block>,
    passages: Vec<Passage>,
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
pub struct Heading {
    /// 2 for the first level below the title.
    pub level: u8,
    /// Its stable id.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// The plain text under one heading, or before the first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Passage {
    /// The heading's id; empty before the first.
    pub id: String,
    /// The heading's text; empty before the first.
    pub heading: String,
    /// Headings above it, from the outermost.
    pub parents: Vec<String>,
    /// For whom, as terms (`profile:teacher`); empty: everyone.
    pub audience: Vec<String>,
    /// Plain text.
    pub text: String,
}

/// A block ready for a page.
#[derive(Clone, Debug)]
pub struct PageBlock {
    /// Sanitised HTML.
    pub html: SafeHtml,
    /// For whom; everyone when absent.
    pub audience: Option<AudienceRule>,
    /// The headings in it.
    pub headings: Vec<Heading>,
}

/// An article rendered, and what its author should mend.
#[derive(Clone, Debug)]
pub(super) struct Rendering {
    pub(super) stored: Stored,
    pub(super) problems: Vec<Broken>,
    /// What its audience blocks ask for.
    pub(super) rules: BTreeSet<AudienceRule>,
}

impl Rendering {
    /// What is kept of it.
    pub(super) fn text(&self) -> Result<String> {
        serde_json::to_string(&self.stored).map_err(|source| Error::internal("an article", source))
    }
}

/// Where links between articles lead: to what the folder holds, and to what others hold.
struct Links<'a> {
    folder: &'a Folder,
    elsewhere: &'a BTreeMap<String, String>,
}

impl LinkResolver for Links<'_> {
    fn article(&self, path: &str) -> Option<String> {
        let (collection, slug) = path.split_once('/')?;
        match slug {
            "_index" => self.folder.collections.contains_key(collection).then(|| collection_path(collection)),
            slug => {
                let known = self.folder.articles.contains_key(path) || self.elsewhere.contains_key(path);
                known.then(|| article_path(collection, slug))
            }
        }
    }
}

/// Renders one article of `folder`, beside the articles of other folders.
pub(super) fn render(folder: &Folder, elsewhere: &BTreeMap<String, String>, file: &ArticleFile) -> Rendering {
    let links = Links { folder, elsewhere };
    let options = Options::article(&file.source, &links).reserved_ids(&RESERVED).first_line(file.first_line);
    let rendered = markup::render(&file.markdown, &options);
    let problems = rendered.problems.iter().map(|problem| Broken {
        source: file.source.clone(),
        line: problem.line,
        message: problem.to_string(),
    });
    let rules = rendered.blocks.iter().filter_map(|block| block.audience.clone()).collect();
    Rendering { problems: problems.collect(), stored: Stored::of(&rendered), rules }
}

/// A collection's introduction.
#[must_use]
pub fn collection_html(key: &str, markdown: &str) -> SafeHtml {
    let source = format!("{key}/_index");
    let links = |path: &str| path.split_once('/').map(|(collection, slug)| article_path(collection, slug));
    markup::render(markdown, &Options::article(&source, &links)).html()
}

impl Stored {
    /// What is kept of `article`; rendered again when another renderer made it.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn load(article: &article::Model) -> Result<Self> {
        if article.renderer == i64::from(RENDERER_VERSION) {
            return serde_json::from_str(&article.rendered)
                .map_err(|source| Error::internal(format!("article `{}`", article.source), source));
        }
        let links = |path: &str| path.split_once('/').map(|(collection, slug)| article_path(collection, slug));
        let options = Options::article(&article.source, &links).reserved_ids(&RESERVED);
        Ok(Self::of(&markup::render(&article.markdown, &options)))
    }

    fn of(rendered: &Rendered) -> Self {
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
        Self { blocks: blocks.collect(), passages: passages.collect() }
    }

    /// The blocks, in order, ready for a page.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn into_blocks(self) -> Result<Vec<PageBlock>> {
        let ready = |block: Block| {
            let html = SafeHtml::from_cache(RENDERER_VERSION, block.html)
                .ok_or_else(|| Error::bug("html of another renderer"))?;
            let audience = match block.audience {
                Some(text) => Some(text.parse().map_err(|source| Error::internal("an audience", source))?),
                None => None,
            };
            Ok(PageBlock { html, audience, headings: block.headings })
        };
        self.blocks.into_iter().map(ready).collect()
    }

    /// The passages, for the index.
    #[must_use]
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }
}
