//! Markdown to sanitised HTML: what people write in the forum and in the help, made safe to show.
//!
//! This crate owns [`SafeHtml`] and every way of making one, headings and their ids, the audience blocks of help
//! articles, plain text and excerpts, and the links found. It has no HTTP and no database. An article's author may
//! use more Markdown than a forum writer ([`Profile`]), never unchecked HTML.
//!
//! An article is cut at its audience blocks (`passages`, one `scan` a pass), pulldown-cmark parses each passage by
//! itself (`parsed`), `render` walks the events under limits of depth, elements and bytes, raw HTML becomes elements
//! that may hold Markdown (`raw_elements`), and ammonia cleans the output against an allow-list (`sanitise`). The limits
//! apply before ammonia because parsing deeply nested HTML is not linear. What is left out, or shown as something else,
//! is reported as a [`Problem`].
//!
//! ```
//! use atrium_markup::{Options, render};
//!
//! let rendered = render("Bonjour **à tous** <script>", &Options::post("12"));
//! assert_eq!(rendered.html().as_str(), "<p>Bonjour <strong>à tous</strong> &lt;script&gt;</p>\n");
//! ```

mod audience;
mod autolink;
mod callouts;
mod elements;
mod fences;
mod footnotes;
mod foreign_tags;
mod headings;
mod html_names;
mod limits;
mod linking;
mod links;
mod mentions;
mod options;
mod parsed;
mod passages;
mod plain;
mod problem;
mod quotes;
mod raw_elements;
mod raw_structure;
mod render;
mod rendered;
mod safe_html;
mod sanitise;
mod scan;
mod tags;
#[cfg(test)]
mod tests;
mod verbatim;
mod walk;

pub use audience::{AudienceRule, Fit, ParseAudienceError, Reader};
pub use headings::{Heading, slug};
pub use links::{Anchor, Image, Link, LinkResolver};
pub use mentions::mentions;
pub use options::{Labels, Options, Profile};
pub use plain::{excerpt, one_line, plain_text};
pub use problem::{Problem, ProblemKind};
pub use quotes::{Quotation, named_quotations, quotations};
pub use render::render;
pub use rendered::{Block, Rendered, Section};
pub use safe_html::{RENDERER_VERSION, SafeHtml};
