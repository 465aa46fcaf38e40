//! Categories for programs.

use std::collections::BTreeMap;

use atrium_core::Result;
use atrium_core::web::{Json, RequestContext, Routes, Who};
use serde::Serialize;
use utoipa_axum::routes;

use crate::categories::{Category, CategoryId};
use crate::reader::Reader;
use crate::topics;

pub(crate) fn declare(routes: &mut Routes) {
    routes.operation(Who::Anyone, routes!(list));
}

/// What a program is told of the categories.
#[derive(Serialize, utoipa::ToSchema)]
struct Categories {
    categories: Vec<CategoryData>,
}

/// One category.
#[derive(Serialize, utoipa::ToSchema)]
struct CategoryData {
    #[schema(value_type = i64)]
    id: CategoryId,
    slug: String,
    name: String,
    description: String,
    service: Option<String>,
    url: String,
    topics: i64,
    posts: i64,
    confidential: bool,
    may_ask: bool,
    /// What a question begins with.
    template: String,
    /// Topics that the caller has not read to their end; 0 for a visitor.
    unread: i64,
}

/// Returns the categories that may be read.
#[utoipa::path(get, path = "/api/v1/forum/categories",
    responses((status = 200, description = "The categories that may be read, in order", body = Categories)))]
async fn list(cx: RequestContext) -> Result<Json<Categories>> {
    let reader = Reader::asking(&cx).await?;
    let unread = match reader.person() {
        Some(person) => {
            topics::store::unread_by_category(cx.db(), reader.visibility(), person, cx.actor().now()).await?
        }
        None => BTreeMap::new(),
    };
    let data = |category: &Category| CategoryData {
        id: category.id(),
        slug: category.row.slug.clone(),
        name: category.row.name.clone(),
        description: category.row.description.clone(),
        service: category.row.service_key.clone(),
        url: cx.href(&category.url()),
        topics: category.row.topics_public,
        posts: category.row.posts_public,
        confidential: category.row.confidential,
        may_ask: reader.may_ask(category),
        template: category.row.template.clone(),
        unread: unread.get(&category.id()).copied().unwrap_or_default(),
    };
    Ok(Json(Categories { categories: reader.categories().map(data).collect() }))
}
