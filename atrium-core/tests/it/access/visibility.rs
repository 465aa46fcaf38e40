//! The rule in SQL selects exactly the rows that the rule admits.

use std::collections::BTreeSet;

use atrium_core::access::{Clause, Facet, Rights, Token, TokenSet, Visibility};
use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use atrium_core::testing::TestDatabase;
use rand::RngExt;
use rand::rngs::StdRng;
use sea_orm::{
    ActiveModelTrait, ActiveValue, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::items::{audience, columns, item, migrator};
use super::random::{PERMISSIONS, held, pick, rng, scopes};

const AUDIENCES: [&str; 3] = ["public", "signed_in", "role:teacher"];
const STATES: [&str; 3] = ["visible", "pending", "hidden"];

fn some<T>(rng: &mut StdRng, value: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
    rng.random_bool(0.7).then(|| value(rng))
}

/// Inserts 300 rows with every kind of NULL, and a side table of audiences.
async fn fill(db: &TestDatabase, rng: &mut StdRng) -> Vec<(item::Model, BTreeSet<String>)> {
    let scopes = scopes();
    let mut rows = Vec::new();
    for id in 1..=300 {
        let (sector_id, establishment_id, group_id) = match pick(rng, &scopes) {
            atrium_core::access::Scope::Platform => (None, None, None),
            atrium_core::access::Scope::Sector(sector) => (Some(sector.0), None, None),
            atrium_core::access::Scope::Establishment(school) => (None, Some(school.0), None),
            atrium_core::access::Scope::Group(school, group) => (None, Some(school.0), Some(group.0)),
        };
        let row = item::Model {
            id,
            position: id,
            sector_id,
            establishment_id,
            group_id,
            category: some(rng, |rng| rng.random_range(1..4)),
            state: some(rng, |rng| pick(rng, &STATES).to_owned()),
            author_id: some(rng, |rng| rng.random_range(1..4)),
            audience: some(rng, |rng| pick(rng, &AUDIENCES).to_owned()),
        };
        let aside: BTreeSet<String> =
            AUDIENCES.into_iter().filter(|_| rng.random_bool(0.4)).map(str::to_owned).collect();
        rows.push((row, aside));
    }
    let tx = db.begin().await.unwrap();
    let items = rows.iter().map(|(row, _)| row.clone().into_active_model().reset_all());
    item::Entity::insert_many(items).exec_without_returning(&tx).await.unwrap();
    let aside = rows.iter().flat_map(|(row, aside)| aside.iter().map(|audience| (row.id, audience.clone())));
    let aside = aside.map(|(item, audience)| audience::ActiveModel {
        item_id: ActiveValue::Set(item),
        audience: ActiveValue::Set(audience),
    });
    audience::Entity::insert_many(aside).exec_without_returning(&tx).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

/// Returns a token that rows may carry, or one that no row carries.
fn token(rng: &mut StdRng) -> Token {
    match rng.random_range(0..6) {
        0 => pick(rng, &scopes()).token(),
        1 => pick(rng, &scopes()).token_here(),
        2 => Token::new(Facet::Category, rng.random_range(1..5)),
        3 => Token::state(pick(rng, &["visible", "pending", "hidden", "gone"])),
        4 => Token::author(PersonId(rng.random_range(1..5))),
        _ => Token::new(Facet::Audience, pick(rng, &["public", "signed_in", "role:teacher", "role:staff"])),
    }
}

fn tokens(rng: &mut StdRng, most: usize) -> Vec<Token> {
    (0..rng.random_range(0..=most)).map(|_| token(rng)).collect()
}

fn rule(rng: &mut StdRng) -> Visibility {
    let clause = |rng: &mut StdRng| {
        let mut clause = Clause::any().without(tokens(rng, 2));
        for _ in 0..rng.random_range(0..=2) {
            let mut set: TokenSet = tokens(rng, 2).into_iter().collect();
            if rng.random_bool(0.9) {
                set.insert(token(rng));
            }
            clause = clause.with(set);
        }
        clause
    };
    Visibility::any_of((0..rng.random_range(0..=3)).map(|_| clause(rng)).collect::<Vec<_>>())
}

#[tokio::test]
async fn sql_gives_the_rows_that_the_predicate_admits_on_random_rules() {
    let db = TestDatabase::with_migrations([migrator()]).await;
    let mut rng = rng(7);
    let rows = fill(&db, &mut rng).await;
    let own = columns().audience(item::Column::Audience);
    let side = columns().audience_in::<audience::Entity>(
        item::Column::Id,
        audience::Column::ItemId,
        audience::Column::Audience,
    );
    let (mut empty, mut whole) = (0, 0);
    for round in 0..400 {
        let rule = rule(&mut rng);
        for (columns, aside) in [(&own, false), (&side, true)] {
            let expected: Vec<i64> = rows
                .iter()
                .filter(|(row, audiences)| {
                    let mut tokens = row.tokens();
                    if aside {
                        tokens.retain(|token| token.facet() != Facet::Audience);
                        tokens.extend(audiences.iter().map(|audience| Token::new(Facet::Audience, audience)));
                    }
                    rule.admits(&tokens)
                })
                .map(|(row, _)| row.id)
                .collect();
            let query = item::Entity::find().filter(rule.condition(columns));
            let count = query.clone().count(db.db()).await.unwrap();
            let listed: Vec<i64> = query
                .select_only()
                .column(item::Column::Id)
                .order_by_asc(item::Column::Id)
                .into_tuple()
                .all(db.db())
                .await
                .unwrap();
            assert_eq!(listed, expected, "round {round}, {rule:?}");
            assert_eq!(count, expected.len() as u64);
            empty += i32::from(expected.is_empty());
            whole += i32::from(expected.len() == rows.len());
        }
    }
    assert!(empty > 20 && empty < 700 && whole > 2, "{empty} {whole}: rules are dull");
}

#[tokio::test]
async fn what_a_person_may_see_lists_in_sql_as_it_checks_one_by_one() {
    let db = TestDatabase::with_migrations([migrator()]).await;
    let mut rng = rng(11);
    let rows = fill(&db, &mut rng).await;
    let columns = columns();
    for round in 0..300 {
        let held = held(&mut rng, &scopes());
        let rights = Rights::new(PersonId(1), held, Vec::new(), Vec::new());
        let (permission, now) = (pick(&mut rng, &PERMISSIONS), Timestamp(rng.random_range(0..10)));
        // Their own things in any state, other people's once they are visible.
        let visible = rights.clauses(permission, now).into_iter().map(|c| c.with([Token::state("visible")]));
        let own = Clause::any().with([Token::author(PersonId(1))]);
        let rule = Visibility::any_of(visible.chain([own]));
        let expected: Vec<i64> = rows
            .iter()
            .map(|(row, _)| row)
            .filter(|row| {
                let seen = row.state.as_deref() == Some("visible") && rights.check(permission, row.scope(), now);
                seen || row.author_id == Some(1)
            })
            .map(|row| row.id)
            .collect();
        let query = item::Entity::find().filter(rule.condition(&columns)).order_by_asc(item::Column::Id);
        let listed: Vec<i64> = query.all(db.db()).await.unwrap().into_iter().map(|row| row.id).collect();
        assert_eq!(listed, expected, "round {round}: {rule:?}");
    }
}

#[tokio::test]
async fn no_clause_lists_nothing_and_everything_lists_all() {
    let db = TestDatabase::with_migrations([migrator()]).await;
    let rows = fill(&db, &mut rng(13)).await;
    let count =
        async |rule: Visibility| item::Entity::find().filter(rule.condition(&columns())).count(db.db()).await.unwrap();
    assert_eq!(count(Visibility::none()).await, 0);
    assert_eq!(count(Visibility::any_of([Clause::any().with([])])).await, 0);
    assert_eq!(count(Visibility::all()).await, rows.len() as u64);
    let anonymous = Rights::anonymous();
    assert_eq!(count(Visibility::any_of(anonymous.clauses(PERMISSIONS[0], Timestamp(0)))).await, 0);
    let system = Rights::everything();
    assert_eq!(count(Visibility::any_of(system.clauses(PERMISSIONS[0], Timestamp(0)))).await, rows.len() as u64);
}
