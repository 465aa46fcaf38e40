//! How the databases answer the pages of core, for each kind of reader: on neither does a page walk through a large table. A
//! change of the schema or of a query that changes a plan of SQLite's shows as a difference of the snapshot; PostgreSQL
//! chooses now one, now the other of two indexes that cost the same.

use atrium_core::access::Scope;
use atrium_core::db::hear_statements;
use atrium_core::directory::Profile;
use atrium_core::testing::{Client, TestSite};
use sea_orm::{ConnectionTrait, Statement};

/// People of the school beside those that a test makes, so that another way than an index would be felt.
const PEOPLE: i64 = 5_000;

/// Tables that grow with people and time: no page walks through one of them.
const LARGE: [&str; 5] = ["atrium_audit", "atrium_event", "atrium_membership", "atrium_person", "atrium_session"];

const PAGES: [&str; 9] = [
    "/",
    "/compte",
    "/administration",
    "/administration/personnes",
    "/administration/personnes?q=martin",
    "/administration/etablissements",
    "/administration/journal",
    "/administration/droits",
    "/administration/programmes",
];

async fn filled(site: &TestSite, school: i64) {
    let now = site.clock().now().0;
    let count = format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE})");
    let people = format!(
        "{count} INSERT INTO atrium_person (id, display_name, given_name, family_name, sort_name, locale, status, source, epoch, \
        created_at) SELECT 1000 + i, 'Léa Martin ' || i, 'Léa', 'Martin ' || i, 'martin ' || i, 'fr', 'active', 'manual', 1, {now} FROM n"
    );
    let members = format!(
        "{count} INSERT INTO atrium_membership (person_id, establishment_id, profile, source) \
        SELECT 1000 + i, {school}, 'student', 'manual' FROM n"
    );
    for sql in [people, members] {
        site.atrium().db().writer().execute_unprepared(&sql).await.unwrap();
    }
    site.atrium().db().refresh_statistics().await.unwrap();
}

/// Returns the steps of a statement's plan, joined by commas.
async fn plan(site: &TestSite, statement: &Statement) -> String {
    let db = site.atrium().db();
    let (explain, column) = if db.is_postgres() { ("EXPLAIN", "QUERY PLAN") } else { ("EXPLAIN QUERY PLAN", "detail") };
    let asked = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
    let tx = db.begin().await.unwrap();
    if db.is_postgres() {
        // It walks through some thousand rows where that is cheaper: asked is whether it must.
        tx.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
    }
    let steps = tx.query_all_raw(asked).await.unwrap();
    let steps: Vec<String> = steps.iter().map(|step| step.try_get("", column).unwrap()).collect();
    steps.join("; ")
}

async fn plans(site: &TestSite, client: &Client, page: &str) -> Vec<String> {
    let (answer, heard) = hear_statements(client.get(page)).await;
    let mut plans = vec![format!("{} statements, status {}", heard.len(), answer.status.as_u16())];
    for statement in heard.iter().filter(|statement| !statement.sql.starts_with(['B', 'C', 'P', 'R'])) {
        let plan = plan(site, statement).await;
        // A page of a list along an index, and counts up to a limit.
        let is_sorted = plan.contains("TEMP B-TREE FOR ORDER BY") || plan.contains("Sort Key");
        let bounded = statement.sql.contains(" LIMIT ") && !is_sorted;
        for step in plan.split("; ") {
            let rest = step.strip_prefix("SCAN ").or_else(|| step.split_once("Seq Scan on ").map(|(_, rest)| rest));
            let walked = rest.and_then(|rest| rest.split(' ').next());
            assert!(
                bounded || walked.is_none_or(|table| !LARGE.contains(&table)),
                "{page}: {step} in {}",
                statement.sql
            );
        }
        // Who asks is looked up for each page alike.
        let plan =
            if statement.sql.contains("atrium_session") && plans.len() == 1 { "who asks".to_owned() } else { plan };
        if !plans.contains(&plan) {
            plans.push(plan);
        }
    }
    plans
}

#[tokio::test]
async fn each_page_walks_along_its_indexes() {
    let site = TestSite::new().await;
    let school = site.school().await;
    filled(&site, school.id().0).await;
    let referent = school.member(Profile::Teacher).give("digital_referent").await;
    let admin = site.region_member().give_at("platform_admin", Scope::Platform).await;
    let readers =
        [("visitor", site.visitor()), ("referent", referent.client().await), ("administrator", admin.client().await)];
    let mut all = String::new();
    for page in PAGES {
        for (name, client) in &readers {
            // What a node reads once is not read again.
            client.get(page).await;
            let told = plans(&site, client, page).await;
            all.push_str(&format!("{page}, {name}\n    {}\n", told.join("\n    ")));
        }
    }
    if !site.atrium().db().is_postgres() {
        insta::assert_snapshot!("plans_sqlite", all);
    }
}
