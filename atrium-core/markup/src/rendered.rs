//! The result of rendering.

use serde::Serialize;

use super::audience::{AudienceRule, Reader};
use super::headings::{Heading, slug};
use super::links::{Anchor, Image, Link, percent_decoded};
use super::problem::Problem;
use super::safe_html::SafeHtml;

/// A rendered text.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Rendered {
    /// The pieces in order. A post is one piece; an article has another at each change of audience, so that a page
    /// is assembled for each reader without rendering again. Footnotes come last.
    pub blocks: Vec<Block>,
    /// The passages for the search index: one per heading, one for the opening, one per audience block.
    pub sections: Vec<Section>,
    /// The links in order, images shown as links included.
    pub links: Vec<Link>,
    /// The images in order, missing ones included.
    pub images: Vec<Image>,
    /// The link targets in it, by line, of every audience.
    pub anchors: Vec<Anchor>,
    /// The problems that the author should correct, by line.
    pub problems: Vec<Problem>,
}

/// A piece of a rendered text, for everyone or for some readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// The HTML, balanced.
    pub html: SafeHtml,
    /// The audience; `None` for everyone.
    pub audience: Option<AudienceRule>,
    /// The headings that open sections.
    pub headings: Vec<Heading>,
}

/// A passage: the text under one heading for one audience.
///
/// ```
/// use atrium_markup::{Options, render};
///
/// let text = "Le casier.\n\n## Déposer\n\nOuvrez-le.\n";
/// let rendered = render(text, &Options::article("casier", &|_: &str| None));
/// let texts: Vec<_> = rendered.sections.iter().map(|section| section.text.as_str()).collect();
/// assert_eq!(texts, ["Le casier.", "Ouvrez-le."]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading above; `None` for the opening of the text.
    pub heading: Option<Heading>,
    /// The texts of the outer headings, outermost first.
    pub parents: Vec<String>,
    /// The audience; `None` for everyone.
    pub audience: Option<AudienceRule>,
    /// The plain text, without the heading.
    pub text: String,
}

impl Rendered {
    /// Returns the whole HTML, for a text without audience blocks or a reader who sees all of them.
    #[must_use]
    pub fn html(&self) -> SafeHtml {
        SafeHtml::concat(self.blocks.iter().map(|block| &block.html))
    }

    /// Returns the HTML for a reader.
    ///
    /// ```
    /// use atrium_markup::{Options, Reader, render};
    ///
    /// let text = "Pour tous.\n\n::: pour profil=enseignant\nPour eux.\n:::\n";
    /// let rendered = render(text, &Options::article("casier", &|_: &str| None));
    /// let pupil = Reader { profiles: Some(["student".to_owned()].into()), ..Reader::default() };
    /// assert!(!rendered.html_for(&pupil).as_str().contains("Pour eux."));
    /// assert!(rendered.html_for(&Reader::default()).as_str().contains("Pour eux."));
    /// ```
    #[must_use]
    pub fn html_for(&self, reader: &Reader) -> SafeHtml {
        SafeHtml::concat(self.blocks_for(reader).map(|block| &block.html))
    }

    /// Returns the pieces for a reader.
    pub fn blocks_for<'a>(&'a self, reader: &'a Reader) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(|block| block.audience.as_ref().is_none_or(|audience| audience.admits(reader)))
    }

    /// Returns the headings that open sections, in order, of every audience.
    pub fn headings(&self) -> impl Iterator<Item = &Heading> {
        self.blocks.iter().flat_map(|block| &block.headings)
    }

    /// Returns the id for the fragment of a link (`#dépôt-élève`, with or without `#`), if there is one.
    ///
    /// ```
    /// use atrium_markup::{Options, render};
    ///
    /// let rendered = render("## Dépôt d’un élève", &Options::article("casier", &|_: &str| None));
    /// assert_eq!(rendered.anchor("#D%C3%A9p%C3%B4t d’un élève"), Some("depot-d-un-eleve"));
    /// ```
    #[must_use]
    pub fn anchor(&self, fragment: &str) -> Option<&str> {
        find_anchor(&self.anchors, fragment).map(|anchor| anchor.id.as_str())
    }

    /// Returns the plain text that is for everyone, headings included.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for section in self.sections.iter().filter(|section| section.audience.is_none()) {
            let heading = section.heading.as_ref().map(|heading| heading.text.as_str());
            for part in heading.into_iter().chain([section.text.as_str()]).filter(|part| !part.is_empty()) {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(part);
            }
        }
        text
    }
}

/// Returns the anchor for `fragment`: by its id, by its name, then by its slug.
pub(super) fn find_anchor<'a>(anchors: &'a [Anchor], fragment: &str) -> Option<&'a Anchor> {
    let fragment = percent_decoded(fragment.strip_prefix('#').unwrap_or(fragment))?;
    let by = |is: &dyn Fn(&Anchor) -> bool| anchors.iter().find(|anchor| is(anchor));
    by(&|anchor| anchor.id == fragment)
        .or_else(|| by(&|anchor| anchor.name.as_deref() == Some(fragment.as_str())))
        .or_else(|| {
            let slug = slug(&fragment);
            by(&|anchor| anchor.id == slug)
        })
}
