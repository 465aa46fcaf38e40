//! Categories for programs.

use atrium_core::Result;
use atrium_core::web::{Cx, Json, Routes, Who};
use serde::Serialize;

use crate::categories::{Category, CategoryId};
use crate::reader::Reader;

pub(crate) fn declare(routes: &mut Routes) {
    routes.get("/api/v1/forum/categories", Who::Anyone, list);
}

/// What a program is told of the categories.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Categories {
    categories: Vec<CategoryData>,
}

/// One category.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CategoryData {
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
}

/// Returns the categories that may be read.
#[utoipa::path(get, path = "/api/v1/forum/categories", tag = "forum",
    responses((status = 200, description = "The categories that may be read, in order", body = Categories)))]
pub(crate) async fn list(cx: Cx) -> Result<Json<Categories>> {
    let reader = Reader::asking(&cx).await?;
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
    };
    Ok(Json(Categories { categories: reader.categories().map(data).collect() }))
}
