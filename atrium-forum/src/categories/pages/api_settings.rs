//! The administration of categories for programs.

use atrium_core::Result;
use atrium_core::directory::EstablishmentId;
use atrium_core::web::{Form, IfMatch, Json, Operation, Path, RequestContext, Routes, Who, created, versioned};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::routes::stored;
use crate::categories::{Categories, Category, CategoryId, CategoryInput};
use crate::permissions::MANAGE_CATEGORIES;

const CATEGORIES: &str = "/api/v1/administration/forum/categories";

pub(crate) fn declare(routes: &mut Routes) {
    let manager = Who::Holder(MANAGE_CATEGORIES);
    routes.operation(manager, routes!(list));
    routes.operation(manager, Operation::of(routes!(create)).once());
    routes.operation(manager, routes!(create_defaults));
    routes.operation(manager, routes!(show));
    routes.operation(manager, Operation::of(routes!(update)).edits());
    routes.operation(manager, routes!(consequences));
}

/// A category, as those who manage it see it.
#[derive(Serialize, utoipa::ToSchema)]
struct Settings {
    #[schema(value_type = i64)]
    id: CategoryId,
    slug: String,
    name: String,
    description: String,
    /// The key of the service that it is about.
    service: Option<String>,
    /// The school that it belongs to.
    #[schema(value_type = Option<i64>)]
    school: Option<EstablishmentId>,
    /// Who sees it: `public`, `signed_in`, `role:teacher`.
    sees: Vec<String>,
    asks: Vec<String>,
    answers: Vec<String>,
    /// `open`, `first_posts` or `all_posts`.
    moderation: String,
    confidential: bool,
    /// What a question begins with.
    template: String,
    position: i64,
    /// What `If-Match` takes.
    version: i64,
}

impl Settings {
    fn new(category: &Category) -> Self {
        let fields = stored(category);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Self {
            id: category.id(),
            service: Some(fields.service).filter(|service| !service.is_empty()),
            school: fields.establishment.parse().ok(),
            sees: words(&fields.sees),
            asks: words(&fields.asks),
            answers: words(&fields.answers),
            slug: fields.slug,
            name: fields.name,
            description: fields.description,
            moderation: fields.moderation,
            confidential: fields.confidential,
            template: fields.template,
            position: fields.position.parse().unwrap_or_default(),
            version: fields.version,
        }
    }
}

/// A category as it shall be.
#[derive(Deserialize, utoipa::ToSchema)]
struct CategoryToKeep {
    /// Its word in addresses: lower-case letters, digits and hyphens.
    slug: String,
    name: String,
    #[serde(default)]
    description: String,
    /// The key of the service that it is about.
    service: Option<String>,
    /// The school that it belongs to.
    #[schema(value_type = Option<i64>)]
    school: Option<EstablishmentId>,
    /// `public`, `signed_in`, or roles: `role:teacher`.
    sees: Vec<String>,
    asks: Vec<String>,
    answers: Vec<String>,
    /// `open`, `first_posts` or `all_posts`.
    moderation: String,
    #[serde(default)]
    confidential: bool,
    #[serde(default)]
    template: String,
    /// After the last, or where it is, unless told.
    position: Option<i64>,
}

impl CategoryToKeep {
    /// Parses it as the form of the page.
    fn parse(self) -> Result<CategoryInput> {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let mut fields = vec![
            ("slug", self.slug),
            ("name", self.name),
            ("description", self.description),
            ("service", self.service.unwrap_or_default()),
            ("establishment", number(self.school.map(|school| school.0))),
            ("moderation", self.moderation),
            ("confidential", if self.confidential { "yes".to_owned() } else { String::new() }),
            ("template", self.template),
            ("position", number(self.position)),
        ];
        for (name, words) in [("sees", self.sees), ("asks", self.asks), ("answers", self.answers)] {
            fields.extend(words.into_iter().map(|word| (name, word)));
        }
        CategoryInput::from_form(&Form::of(fields))
    }
}

/// What a change does to the topics of a category.
#[derive(Serialize, utoipa::ToSchema)]
struct Effects {
    /// Its topics.
    topics: i64,
    /// Topics that become confidential.
    restricted: i64,
    /// Topics that all of its readers will read again.
    opened: i64,
    /// Topics that stay confidential though the category no longer is.
    kept: i64,
    /// Topics that will live in another school.
    moved: i64,
    /// `true` if some who read it today no longer will.
    narrower: bool,
    /// `true` if some who do not read it today will.
    wider: bool,
}

/// How many categories were made.
#[derive(Serialize, utoipa::ToSchema)]
struct CategoriesMade {
    made: usize,
}

/// Every category, in order.
#[utoipa::path(get, path = "/api/v1/administration/forum/categories", responses((status = 200, body = [Settings])))]
async fn list(cx: RequestContext) -> Result<Json<Vec<Settings>>> {
    Ok(Json(Categories::of(cx.db()).list(cx.actor()).await?.iter().map(Settings::new).collect()))
}

async fn shown(cx: &RequestContext, id: CategoryId) -> Result<Response> {
    let category = Categories::of(cx.db()).by_id(cx.actor(), id).await?;
    Ok(versioned(category.row.version, Settings::new(&category)))
}

/// A category.
#[utoipa::path(get, path = "/api/v1/administration/forum/categories/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = Settings)))]
async fn show(cx: RequestContext, Path(id): Path<CategoryId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Makes a category.
#[utoipa::path(post, path = "/api/v1/administration/forum/categories", request_body = CategoryToKeep,
    responses((status = 201, description = "With its version in `ETag`", body = Settings)))]
async fn create(cx: RequestContext, Json(new): Json<CategoryToKeep>) -> Result<Response> {
    let id = Categories::of(cx.db()).create(cx.actor(), new.parse()?).await?;
    created(&cx, &format!("{CATEGORIES}/{id}"), shown(&cx, id).await?)
}

/// Makes a category for each service that has none.
#[utoipa::path(post, path = "/api/v1/administration/forum/categories/defaults",
    responses((status = 200, body = CategoriesMade)))]
async fn create_defaults(cx: RequestContext) -> Result<Json<CategoriesMade>> {
    let roles = cx.atrium().access().roles().await?;
    let made = Categories::of(cx.db()).create_for_services(cx.actor(), &roles).await?;
    Ok(Json(CategoriesMade { made }))
}

/// Replaces the settings of a category, and what follows from them for its topics.
#[utoipa::path(put, path = "/api/v1/administration/forum/categories/{id}", request_body = CategoryToKeep,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = Settings)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<CategoryId>,
    IfMatch(version): IfMatch,
    Json(new): Json<CategoryToKeep>,
) -> Result<Response> {
    Categories::of(cx.db()).by_id(cx.actor(), id).await?;
    Categories::of(cx.db()).update(cx.actor(), id, version, new.parse()?).await?;
    shown(&cx, id).await
}

/// Tells what replacing the settings of a category would do to its topics.
#[utoipa::path(post, path = "/api/v1/administration/forum/categories/{id}/consequences",
    request_body = CategoryToKeep, params(("id" = i64, Path)), responses((status = 200, body = Effects)))]
async fn consequences(
    cx: RequestContext,
    Path(id): Path<CategoryId>,
    Json(new): Json<CategoryToKeep>,
) -> Result<Json<Effects>> {
    Categories::of(cx.db()).by_id(cx.actor(), id).await?;
    let told = Categories::of(cx.db()).consequences(cx.actor(), id, &new.parse()?).await?;
    Ok(Json(Effects {
        topics: told.topics,
        restricted: told.restricted,
        opened: told.opened,
        kept: told.kept,
        moved: told.moved,
        narrower: told.seen.narrower,
        wider: told.seen.wider,
    }))
}
