//! Making and changing categories.

use atrium_core::access::{self, Actor, Scope};
use atrium_core::audit::Changes;
use atrium_core::db::Tx;
use atrium_core::events::Act;
use atrium_core::{Error, FieldProblem, Message, Result, catalogue, directory};
use sea_orm::ActiveValue::Set;

use super::{ActiveModel, Categories, Category, CategoryId, CategoryInput, Consequences, contents, store, subject};
use crate::permissions::MANAGE_CATEGORIES;
use crate::record::kinds::{CATEGORY_CREATED, CATEGORY_UPDATED, OfCategory};
use crate::{counters, record};

impl Categories {
    /// Returns every category, for those who manage them: seeing its settings is not reading its topics.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage categories, or an error if the database fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Category>> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        store::all(&self.db).await
    }

    /// Returns the category with this slug, for those who manage categories.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they may not, `is_not_found` if there is no such category, or an error of the database.
    pub async fn find(&self, actor: &Actor, slug: &str) -> Result<Category> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        store::by_slug(&self.db, slug).await?.ok_or_else(|| Error::not_found(format!("category `{slug}`")))
    }

    /// Returns the category with this number, for those who manage categories.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they may not, `is_not_found` if there is no such category, or an error of the database.
    pub(crate) async fn by_id(&self, actor: &Actor, id: CategoryId) -> Result<Category> {
        let all = self.list(actor).await?;
        all.into_iter().find(|category| category.id() == id).ok_or_else(|| Error::not_found(format!("category {id}")))
    }

    /// Makes a category.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage categories, `is_invalid` if the slug is taken or the school,
    /// the service or a role does not exist, or an error if the database fails.
    pub async fn create(&self, actor: &Actor, input: CategoryInput) -> Result<CategoryId> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        let tx = self.db.begin().await?;
        check_input(&tx, &input, None).await?;
        let id = insert(&tx, actor, input).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Writes a category that was checked, with its record.
pub(super) async fn insert(tx: &Tx, actor: &Actor, input: CategoryInput) -> Result<CategoryId> {
    let position = match input.position {
        Some(position) => position,
        None => store::next_position(tx).await?,
    };
    let mut row = settings(&input);
    row.position = Set(position);
    row.topics_public = Set(0);
    row.topics_staff = Set(0);
    row.posts_public = Set(0);
    row.posts_staff = Set(0);
    row.version = Set(1);
    row.created_at = Set(tx.now());
    let id = store::insert(tx, row).await?;
    let details = serde_json::json!({
        "slug": input.slug.as_str(), "see": input.see.to_string(), "ask": input.ask.to_string(),
        "answer": input.answer.to_string(), "moderation": input.moderation.key(), "confidential": input.confidential,
    });
    tx.record(Act::new(actor, CATEGORY_CREATED).on(subject(id)).noting(details)).await?;
    Ok(id)
}

impl Categories {
    /// Returns the effects of this change on the topics of the category, to be shown before it is made.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage categories, `is_not_found` if there is no such category, or
    /// an error if the database fails.
    pub async fn consequences(&self, actor: &Actor, id: CategoryId, input: &CategoryInput) -> Result<Consequences> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        let before = store::find(&self.db, id).await?;
        Ok(super::consequences(&before, input, contents::held(&self.db, id, input.establishment).await?))
    }

    /// Edits a category, if its version is still `version`, and its topics with it: their confidentiality, their
    /// school, the counts of what its readers see.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not manage categories, [`is_stale`](Error::is_stale) if it was changed
    /// meanwhile, `is_invalid` if the slug is taken or the school, the service or a role does not exist, or an error if
    /// the database fails.
    pub async fn update(&self, actor: &Actor, id: CategoryId, version: i64, input: CategoryInput) -> Result<()> {
        actor.require(MANAGE_CATEGORIES, Scope::Platform)?;
        let tx = self.db.begin().await?;
        contents::lock_in(&tx, id).await?;
        let before = store::find(&tx, id).await?;
        if before.row.version != version {
            return Err(Error::stale(format!("category {id}")));
        }
        check_input(&tx, &input, Some(id)).await?;
        let told = super::consequences(&before, &input, contents::held(&tx, id, input.establishment).await?);
        let changes = changes(&before, &input);
        let changes = record::school(&tx, changes, before.row.establishment_id, input.establishment).await?;
        if changes.is_empty() {
            return Ok(());
        }
        let mut row = settings(&input);
        if let Some(position) = input.position {
            row.position = Set(position);
        }
        if !store::update(&tx, id, version, row).await? {
            return Err(Error::stale(format!("category {id}")));
        }
        if before.row.confidential != input.confidential {
            contents::follow_readers(&tx, id, input.confidential).await?;
        }
        if before.row.establishment_id != input.establishment {
            contents::follow_school(&tx, id, input.establishment).await?;
        }
        counters::recount(&tx, id).await?;
        let mut details = serde_json::Value::from(changes);
        let swept = [("restricted", told.restricted), ("opened", told.opened), ("moved", told.moved)];
        for (sort, count) in swept.into_iter().filter(|(_, count)| *count > 0) {
            details[format!("topics_{sort}")] = count.into();
        }
        let mut act = Act::new(actor, CATEGORY_UPDATED).on(subject(id)).noting(details);
        if repeats_in_topics(&before, &input) {
            act = act.carrying(OfCategory { topics: true });
        }
        tx.record(act).await?;
        tx.commit().await
    }
}

/// Checks that the slug is free and that the school, the service and the roles exist.
pub(super) async fn check_input(tx: &Tx, input: &CategoryInput, own: Option<CategoryId>) -> Result<()> {
    let mut problems = Vec::new();
    let mut wrong = |field: &'static str, message| problems.push(FieldProblem { field: field.into(), message });
    if store::by_slug(tx, input.slug.as_str()).await?.is_some_and(|other| Some(other.id()) != own) {
        wrong("slug", Message::new("forum-slug-taken"));
    }
    if let Some(school) = input.establishment {
        match directory::establishment(tx, school).await {
            Err(error) if error.is_not_found() => wrong("establishment", Message::new("field-unknown-choice")),
            found => drop(found?),
        }
    }
    if let Some(service) = &input.service_key
        && !catalogue::services(tx).await?.iter().any(|known| known.key == *service)
    {
        wrong("service", Message::new("field-unknown-choice"));
    }
    let roles = access::role_keys(tx).await?;
    for (field, audiences) in [("sees", &input.see), ("asks", &input.ask), ("answers", &input.answer)] {
        let unknown = audiences.roles().find(|key| !roles.contains(*key));
        if let Some(key) = unknown {
            wrong(field, Message::new("forum-audience-unknown").with("word", key));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn settings(input: &CategoryInput) -> ActiveModel {
    ActiveModel {
        slug: Set(input.slug.as_str().to_owned()),
        name: Set(input.name.as_str().to_owned()),
        description: Set(input.description.clone()),
        service_key: Set(input.service_key.clone()),
        establishment_id: Set(input.establishment),
        see: Set(input.see.to_string()),
        ask: Set(input.ask.to_string()),
        answer: Set(input.answer.to_string()),
        moderation: Set(input.moderation),
        confidential: Set(input.confidential),
        template: Set(input.template.clone()),
        ..Default::default()
    }
}

fn changes(before: &Category, input: &CategoryInput) -> Changes {
    let row = &before.row;
    Changes::new()
        .field("slug", row.slug.as_str(), input.slug.as_str())
        .field("name", row.name.as_str(), input.name.as_str())
        .withheld("description", &row.description, &input.description)
        .field("service_key", &row.service_key, &input.service_key)
        .field("see", &before.see.to_string(), &input.see.to_string())
        .field("ask", &before.ask.to_string(), &input.ask.to_string())
        .field("answer", &before.answer.to_string(), &input.answer.to_string())
        .field("moderation", row.moderation.key(), input.moderation.key())
        .field("confidential", &row.confidential, &input.confidential)
        .withheld("template", &row.template, &input.template)
        .field("position", &row.position, &input.position.unwrap_or(row.position))
}

/// Returns `true` if the change affects values that documents of its topics repeat in the index: service, school,
/// confidentiality. The name is looked up when it is shown.
fn repeats_in_topics(before: &Category, input: &CategoryInput) -> bool {
    let row = &before.row;
    row.service_key != input.service_key
        || row.establishment_id != input.establishment
        || row.confidential != input.confidential
}
