//! Markdown to HTML, off the threads that serve requests.

use atrium_core::Result;
use atrium_core::markup::{self, Options, RENDERER_VERSION, SafeHtml};
use atrium_core::slots::{PREVIEWS, TEXTS};

use super::{Body, Model};

/// A rendered text and what rendered it.
#[derive(Clone, Debug)]
pub(crate) struct Html {
    pub(crate) html: String,
    pub(crate) renderer: i64,
}

/// Renders `markdown`; ids in it begin with a name made of the post's `write`. What was once accepted is rendered whatever
/// would be accepted today.
pub(crate) async fn render(markdown: &str, write: &str) -> Result<Html> {
    let (markdown, write) = (markdown.to_owned(), write.to_owned());
    let html = TEXTS.run(move || to_html(&markdown, &write)).await?;
    Ok(Html { html: html.as_str().to_owned(), renderer: i64::from(RENDERER_VERSION) })
}

/// The HTML of `posts` in order: as kept, or made anew where another version of the renderer made it.
pub(crate) async fn shown(posts: Vec<&Model>) -> Result<Vec<SafeHtml>> {
    let kept: Vec<_> = posts
        .iter()
        .map(|post| SafeHtml::from_cache(u32::try_from(post.renderer).unwrap_or(0), post.html.clone()))
        .collect();
    if kept.iter().all(Option::is_some) {
        return Ok(kept.into_iter().flatten().collect());
    }
    let sources: Vec<_> = posts.iter().map(|post| (post.markdown.clone(), post.write_key.clone())).collect();
    let render = move || {
        let both = kept.into_iter().zip(sources);
        both.map(|(kept, (markdown, write))| kept.unwrap_or_else(|| to_html(&markdown, &write))).collect()
    };
    TEXTS.run(render).await
}

/// What `text` will look like; nothing for a text that cannot be posted.
pub(crate) async fn preview(text: &str) -> Result<Option<SafeHtml>> {
    let Ok(body) = Body::parse(text) else { return Ok(None) };
    PREVIEWS.run(move || Some(to_html(body.as_str(), "preview"))).await
}

fn to_html(markdown: &str, write: &str) -> SafeHtml {
    // The hash where there is one: two posts of a page may have one key.
    let name = write.rsplit('.').next().unwrap_or(write);
    let name = name.get(..12).unwrap_or(name);
    markup::render(markdown, &Options::post(name)).html()
}
