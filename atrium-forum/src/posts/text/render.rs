//! Markdown to HTML, off the threads that serve requests.

use atrium_core::Result;
use atrium_core::markup::{self, Options, RENDERER_VERSION, SafeHtml};
use atrium_core::slots::TEXTS;
use sha2::{Digest, Sha256};

use super::{Kept, Written};
use crate::posts::Post;

/// A rendered text and what rendered it.
#[derive(Clone, Debug)]
pub(crate) struct Html {
    pub(crate) html: Kept,
    pub(crate) renderer: i64,
}

/// Renders `text`; ids in it begin with a name made of the post's `write`. What was once accepted is rendered whatever would
/// be accepted today.
pub(crate) async fn render(text: &Written, write: &str) -> Result<Html> {
    let (text, write) = (text.clone(), write.to_owned());
    let html = TEXTS.run(move || in_place(text.whole(), &write)).await?;
    Ok(Html { html: Kept::of(html.as_str()), renderer: i64::from(RENDERER_VERSION) })
}

/// Returns the HTML of `posts` in order, for any reader: as kept, or rendered again where another version of the renderer
/// made it.
pub(super) async fn shown(posts: Vec<&Post>) -> Result<Vec<SafeHtml>> {
    let kept =
        |post: &&Post| SafeHtml::from_cache(u32::try_from(post.renderer).unwrap_or(0), post.html.whole().to_owned());
    let kept: Vec<_> = posts.iter().map(kept).collect();
    if kept.iter().all(Option::is_some) {
        return Ok(kept.into_iter().flatten().collect());
    }
    let sources: Vec<_> = posts.iter().map(|post| (post.markdown.clone(), post.write_key.clone())).collect();
    let render = move || {
        let both = kept.into_iter().zip(sources);
        both.map(|(kept, (text, write))| kept.unwrap_or_else(|| in_place(text.whole(), &write))).collect()
    };
    TEXTS.run(render).await
}

/// Returns `true` if this version of the renderer made the stored HTML of the post.
pub(super) fn is_current(post: &Post) -> bool {
    post.renderer == i64::from(RENDERER_VERSION)
}

impl Post {
    /// Returns the HTML that is kept: what everybody reads of a post without quotations.
    pub(crate) fn as_kept(&self) -> SafeHtml {
        let kept = SafeHtml::from_cache(u32::try_from(self.renderer).unwrap_or(0), self.html.whole().to_owned());
        kept.unwrap_or_else(|| in_place(self.markdown.whole(), &self.write_key))
    }
}

/// Renders on the present thread.
pub(super) fn in_place(markdown: &str, write: &str) -> SafeHtml {
    // Of key and hash: two posts of a page may have the same of either.
    let name = hex::encode(&Sha256::digest(write)[..6]);
    markup::render(markdown, &Options::post(&name)).html()
}
