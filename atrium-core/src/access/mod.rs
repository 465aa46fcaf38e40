//! Who may do what, where: permissions, roles, scoped assignments, and the one visibility rule.
//!
//! This room decides; it never reads a request and never renders a page.

mod visibility;

pub use visibility::{Clause, Facet, Token, TokenSet, Visibility};
