//! What the administration of categories prints.

use atrium_core::web::{Choice, Crumb, FieldErrors, SchoolField, View};
use serde::Serialize;

use super::told::Confirm;

/// `/administration/forum`
#[derive(Serialize)]
pub(super) struct CategoriesView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) new_url: &'static str,
    /// Where a category for each service is made, while one is missing.
    pub(super) defaults_url: Option<&'static str>,
    pub(super) categories: Vec<CategoryRow>,
}

impl View for CategoriesView {
    const TEMPLATE: &'static str = "forum/categories";
}

#[derive(Serialize)]
pub(super) struct CategoryRow {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) description: String,
    pub(super) service: String,
    pub(super) edit_url: String,
    pub(super) sees: String,
    pub(super) asks: String,
    pub(super) answers: String,
    pub(super) moderation_label: String,
    pub(super) topics: i64,
}

/// `/administration/forum/nouvelle`, `/administration/forum/{slug}`
#[derive(Serialize)]
pub(super) struct CategoryFormView {
    pub(super) title: String,
    /// The language of the title; empty when it is the page's.
    pub(super) lang: &'static str,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) url: String,
    pub(super) cancel_url: &'static str,
    pub(super) sees: Vec<Choice>,
    pub(super) asks: Vec<Choice>,
    pub(super) answers: Vec<Choice>,
    pub(super) services: Vec<Choice>,
    pub(super) school: SchoolField,
    pub(super) moderations: Vec<Choice>,
    pub(super) form: CategoryFields,
    /// What saving this does to its topics, when it does something.
    pub(super) confirm: Option<Confirm>,
    pub(super) errors: FieldErrors,
}

impl View for CategoryFormView {
    const TEMPLATE: &'static str = "forum/category-form";
}

/// What was typed.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct CategoryFields {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) service: String,
    pub(super) establishment: String,
    /// Words of audiences, apart by spaces.
    #[serde(skip)]
    pub(super) sees: String,
    #[serde(skip)]
    pub(super) asks: String,
    #[serde(skip)]
    pub(super) answers: String,
    pub(super) moderation: String,
    pub(super) confidential: bool,
    pub(super) template: String,
    pub(super) position: String,
    pub(super) version: i64,
}
