//! HTML that may be printed unescaped, and the few functions that create it.

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// The version of [`render`](super::render)'s output. It grows whenever the same Markdown gives other HTML, so that
/// cached HTML of an older version is rendered again.
pub const RENDERER_VERSION: u32 = 3;

/// Sanitised HTML. Immutable, cheap to clone; only this crate creates it.
///
/// It does not implement `Display`, and serialises as the map `{"$html": "…"}`: a template that prints it like
/// other values is visibly broken, and only the web shell's `html` helper prints it unescaped.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeHtml(Arc<str>);

impl SafeHtml {
    /// Creates HTML that shows `text` literally.
    ///
    /// ```
    /// use atrium_markup::SafeHtml;
    ///
    /// assert_eq!(SafeHtml::text("<b> & co").as_str(), "&lt;b&gt; &amp; co");
    /// ```
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        escape_into(&mut html, text);
        Self::trusted(html)
    }

    /// Restores HTML that [`render`](super::render) made earlier and the database kept with its version. Returns
    /// `None` for another version: render the Markdown again.
    ///
    /// Invariant: `html` was returned by [`as_str`](Self::as_str) of a rendered text, and read back from a column
    /// that is written only with such HTML. Other input puts unchecked HTML on a page.
    ///
    /// ```
    /// use atrium_markup::{Options, RENDERER_VERSION, SafeHtml, render};
    ///
    /// let html = render("*Oui*", &Options::post(1)).html();
    /// let kept = html.as_str().to_owned();
    /// assert!(SafeHtml::from_cache(RENDERER_VERSION, kept.clone()).is_some_and(|again| again == html));
    /// assert!(SafeHtml::from_cache(RENDERER_VERSION - 1, kept).is_none());
    /// ```
    #[must_use]
    pub fn from_cache(renderer_version: u32, html: String) -> Option<Self> {
        (renderer_version == RENDERER_VERSION).then(|| Self::trusted(html))
    }

    /// Concatenates pieces. Each is balanced, so it cannot change how the next is parsed.
    pub fn concat<'a>(pieces: impl IntoIterator<Item = &'a Self>) -> Self {
        let html: String = pieces.into_iter().map(Self::as_str).collect();
        Self::trusted(html)
    }

    /// Creates empty HTML.
    #[must_use]
    pub fn empty() -> Self {
        Self::trusted(String::new())
    }

    /// Returns the HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if the HTML is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    // Invariant: `html` left the sanitiser, or every character of it was escaped.
    pub(super) fn trusted(html: String) -> Self {
        Self(html.into())
    }
}

impl Default for SafeHtml {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SafeHtml").field(&self.as_str()).finish()
    }
}

impl Serialize for SafeHtml {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("$html", self.as_str())?;
        map.end()
    }
}

/// Appends `text` to `html`, escaped for an element or a quoted attribute.
pub(super) fn escape_into(html: &mut String, text: &str) {
    for piece in text.split_inclusive(['&', '<', '>', '"', '\'']) {
        let entity = match piece.as_bytes().last() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            Some(b'\'') => "&#39;",
            _ => {
                html.push_str(piece);
                continue;
            }
        };
        html.push_str(&piece[..piece.len() - 1]);
        html.push_str(entity);
    }
}

/// Appends `text` to `html`, escaped only for text between elements. Fewer entities cost the sanitiser less.
pub(super) fn escape_text_into(html: &mut String, text: &str) {
    for piece in text.split_inclusive(['&', '<']) {
        let (words, entity) = match piece.as_bytes().last() {
            Some(b'&') => (&piece[..piece.len() - 1], "&amp;"),
            Some(b'<') => (&piece[..piece.len() - 1], "&lt;"),
            _ => (piece, ""),
        };
        html.push_str(words);
        html.push_str(entity);
    }
}

/// Returns the text of cleaned HTML: the inverse of escaping, for the entities that ammonia writes.
pub(super) fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(SafeHtml::text(r#"<a b="c">l'&"#).as_str(), "&lt;a b=&quot;c&quot;&gt;l&#39;&amp;");
        assert_eq!(SafeHtml::text("é").as_str(), "é");
    }

    #[test]
    fn it_serialises_as_a_map() {
        let json = serde_json::to_string(&SafeHtml::text("<")).expect("serialises");
        assert_eq!(json, r#"{"$html":"&lt;"}"#);
    }

    #[test]
    fn cached_html_of_another_version_is_refused() {
        assert!(SafeHtml::from_cache(RENDERER_VERSION + 1, "<p>x</p>".into()).is_none());
        assert!(SafeHtml::from_cache(RENDERER_VERSION, "<p>x</p>".into()).is_some());
    }
}
