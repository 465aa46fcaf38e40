//! Texts of posts, and the one way in which a reader gets to see them.
//!
//! [`Written`] and [`Kept`] are what the database holds. Only this room reads them: a page, an answer of the
//! API, a diff or a form asks a [`Sight`](sight::Sight), which withholds what its reader may not read of what others said
//! elsewhere. What is searched and excerpted are an author's [own words](Written::own_words).

pub(crate) mod quote;
mod render;
pub(crate) mod sight;
mod source;
mod written;

pub(crate) use render::{Html, render};
pub(crate) use source::Source;
pub(crate) use written::{Kept, Written};
