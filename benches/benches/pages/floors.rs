//! The floors: the obvious implementation. A handler reads the page's rows from the same pool of connections, and a
//! template with the rows' texts in its holes renders the very bytes of the platform's own page.

use std::pin::Pin;
use std::sync::Arc;

use atrium_core::db::Db;
use atrium_forum::topics::TopicId;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use handlebars::Handlebars;
use sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable, Value as Bound};
use serde_json::{Value, json};

type Rows = Pin<Box<dyn Future<Output = Value> + Send>>;

/// One floor: where its rows come from, and its template.
#[derive(Clone)]
struct Floor {
    db: Db,
    rows: Arc<dyn Fn(Db) -> Rows + Send + Sync>,
    templates: Arc<Handlebars<'static>>,
}

/// A text of a row, and the expression that prints it.
type Hole = (String, String);

impl Floor {
    async fn serve(State(floor): State<Self>) -> Html<String> {
        let rows = (floor.rows)(floor.db.clone()).await;
        Html(floor.templates.render("page", &rows).expect("the template renders"))
    }
}

/// Returns the floor at `path`: its template is `page` with each of `holes`, in the order of the page.
async fn floor<F>(db: &Db, path: &str, page: &str, rows: fn(Db) -> F, holes: fn(&Value) -> Vec<Hole>) -> Router
where
    F: Future<Output = Value> + Send + 'static,
{
    floor_of(db, path, page, Arc::new(move |db| Box::pin(rows(db))), holes).await
}

async fn floor_of(
    db: &Db,
    path: &str,
    page: &str,
    rows: Arc<dyn Fn(Db) -> Rows + Send + Sync>,
    holes: fn(&Value) -> Vec<Hole>,
) -> Router {
    let (mut template, mut rest) = (String::new(), page);
    for (text, hole) in holes(&rows(db.clone()).await) {
        let at = rest.find(&text).unwrap_or_else(|| panic!("the page shows `{text}` in its place"));
        template.push_str(&rest[..at]);
        template.push_str(&hole);
        rest = &rest[at + text.len()..];
    }
    template.push_str(rest);
    let mut templates = Handlebars::new();
    templates.register_template_string("page", template).expect("the template is well formed");
    let floor = Floor { db: db.clone(), rows, templates: Arc::new(templates) };
    Router::new().route(path, get(Floor::serve)).with_state(floor)
}

/// Returns an article: its row, of which the kept blocks are read.
pub(super) async fn of_article(db: &Db, path: &str, page: &str) -> Router {
    async fn rows(db: Db) -> Value {
        let sql = "SELECT title, summary, rendered FROM atrium_help_article \
                   WHERE collection = 'casier' AND slug = 'rendre-un-devoir'";
        let article = all(&db, sql, vec![]).await.remove(0);
        let mut rendered: Value = serde_json::from_str(&get_of::<String>(&article, "rendered")).expect("JSON");
        let html = rendered["blocks"][0]["html"].take();
        json!({"title": get_of::<String>(&article, "title"), "summary": get_of::<String>(&article, "summary"), "html": html})
    }
    let holes = |row: &Value| {
        let h1 = format!("<h1>{}", text(&row["title"]));
        let lead = format!("<p class=\"lead\">{}", text(&row["summary"]));
        vec![
            (h1, "<h1>{{title}}".to_owned()),
            (lead, "<p class=\"lead\">{{summary}}".to_owned()),
            (text(&row["html"]), "{{{html}}}".to_owned()),
        ]
    };
    floor(db, path, page, rows, holes).await
}

/// Returns a topic: its posts with their authors.
pub(super) async fn of_topic(db: &Db, path: &str, page: &str, topic: TopicId) -> Router {
    let rows = move |db: Db| -> Rows {
        Box::pin(async move {
            let sql = "SELECT post.html, person.display_name AS author FROM atrium_forum_post post \
                       JOIN atrium_person person ON person.id = post.author_id \
                       WHERE post.topic_id = $1 ORDER BY post.number LIMIT 20";
            list("posts", &["author", "html"], all(&db, sql, vec![topic.0.into()]).await)
        })
    };
    let holes = |rows: &Value| {
        let posts = rows["posts"].as_array().expect("posts").iter().enumerate();
        let both = posts.flat_map(|(at, post)| {
            let author = format!("post-author\">{}", text(&post["author"]));
            [
                (author, format!("post-author\">{{{{posts.[{at}].author}}}}")),
                (text(&post["html"]), format!("{{{{{{posts.[{at}].html}}}}}}")),
            ]
        });
        both.collect()
    };
    floor_of(db, path, page, Arc::new(rows), holes).await
}

/// Returns the forum's home: its newest topics, and its categories.
pub(super) async fn of_forum(db: &Db, path: &str, page: &str) -> Router {
    async fn rows(db: Db) -> Value {
        let sql = "SELECT topic.title, person.display_name AS author, last.display_name AS last_author \
                   FROM atrium_forum_topic topic JOIN atrium_person person ON person.id = topic.author_id \
                   JOIN atrium_person last ON last.id = topic.last_visible_author_id \
                   ORDER BY topic.last_visible_post_id DESC LIMIT 20";
        let mut rows = list("topics", &["title", "author", "last_author"], all(&db, sql, vec![]).await);
        let sql = "SELECT name, topics_public FROM atrium_forum_category ORDER BY position, id";
        rows["categories"] = list("categories", &["name"], all(&db, sql, vec![]).await)["categories"].take();
        rows
    }
    let holes = |rows: &Value| {
        let topics = rows["topics"].as_array().expect("topics").iter().enumerate();
        let of = topics.flat_map(|(at, topic)| {
            ["title", "author", "last_author"].map(|name| (text(&topic[name]), format!("{{{{topics.[{at}].{name}}}}}")))
        });
        let categories = rows["categories"].as_array().expect("categories").iter().enumerate();
        let names = categories.map(|(at, row)| (text(&row["name"]), format!("{{{{categories.[{at}].name}}}}")));
        of.chain(names).collect()
    };
    floor(db, path, page, rows, holes).await
}

/// Returns the home page: the collections of the help that are no service, and the newest topics.
pub(super) async fn of_home(db: &Db, path: &str, page: &str) -> Router {
    async fn rows(db: Db) -> Value {
        let sql = "SELECT title, summary FROM atrium_help_collection WHERE key NOT IN \
                   (SELECT key FROM atrium_service) AND key NOT LIKE '%/%' ORDER BY position, key LIMIT 6";
        let mut rows = list("collections", &["title", "summary"], all(&db, sql, vec![]).await);
        let sql = "SELECT title FROM atrium_forum_topic ORDER BY last_visible_post_id DESC LIMIT 4";
        rows["topics"] = list("topics", &["title"], all(&db, sql, vec![]).await)["topics"].take();
        let sql = "SELECT name_fr, summary_fr FROM atrium_service ORDER BY position, key";
        rows["services"] = list("services", &["name_fr", "summary_fr"], all(&db, sql, vec![]).await)["services"].take();
        rows
    }
    let holes = |rows: &Value| {
        let mut holes = Vec::new();
        for (of, names) in [
            ("services", &["name_fr", "summary_fr"][..]),
            ("collections", &["title", "summary"]),
            ("topics", &["title"]),
        ] {
            for (at, row) in rows[of].as_array().expect("rows").iter().enumerate() {
                let names = names.iter().filter(|name| !text(&row[**name]).is_empty());
                holes.extend(names.map(|name| (text(&row[*name]), format!("{{{{{of}.[{at}].{name}}}}}"))));
            }
        }
        holes
    };
    floor(db, path, page, rows, holes).await
}

async fn all(db: &Db, sql: &str, values: Vec<Bound>) -> Vec<QueryResult> {
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(query).await.expect("the database answers")
}

fn get_of<T: TryGetable>(row: &QueryResult, column: &str) -> T {
    row.try_get("", column).expect("the row has the column")
}

/// Returns the columns of rows, all texts, under one name.
fn list(name: &str, columns: &[&str], rows: Vec<QueryResult>) -> Value {
    let row = |row: &QueryResult| -> Value {
        columns.iter().map(|column| ((*column).to_owned(), Value::String(get_of(row, column)))).collect()
    };
    json!({ name: rows.iter().map(row).collect::<Vec<_>>() })
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
