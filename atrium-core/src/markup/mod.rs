//! Markdown to sanitised HTML: what people write in the forum and in the help, made safe to show.
//!
//! Owns [`SafeHtml`] and every way of making one, headings and their ids, the audience blocks of help articles, plain
//! text and excerpts, the links found. Refuses HTTP, the database, and trust: an article's author is trusted with more
//! Markdown than a forum writer ([`Profile`]), never with unchecked HTML.
//!
//! The way of a text: audience fences become marks (`fences`), pulldown-cmark reads it, `render` walks the events
//! under limits of depth, elements and bytes, and ammonia cleans what comes out against an allow-list (`sanitise`).
//! Limits come before ammonia because parsing deeply nested HTML is not linear.
//!
//! ```
//! use atrium_core::markup::{Options, render};
//!
//! let rendered = render("Bonjour **à tous** <script>", &Options::post("12"));
//! assert_eq!(rendered.html().as_str(), "<p>Bonjour <strong>à tous</strong> &lt;script&gt;</p>\n");
//! ```

mod audience;
mod autolink;
mod elements;
mod fences;
mod footnotes;
mod headings;
mod limits;
mod links;
mod options;
mod plain;
mod problem;
mod quotes;
mod render;
mod rendered;
mod safe_html;
mod sanitise;
#[cfg(test)]
mod tests;
mod walk;

pub use audience::{AudienceRule, Fit, ParseAudienceError, Reader};
pub use headings::{Heading, slug};
pub use links::{Anchor, Image, Link, LinkResolver};
pub use options::{Labels, Options, Profile};
pub use plain::{excerpt, one_line, plain_text};
pub use problem::{Problem, ProblemKind};
pub use quotes::named_quotations;
pub use render::render;
pub use rendered::{Block, Rendered, Section};
pub use safe_html::{RENDERER_VERSION, SafeHtml};
