//! Paging under a mixed visibility.

use std::collections::BTreeSet;

use atrium_core::access::{Clause, Facet, Scope, Token, Visibility};
use atrium_core::directory::{EstablishmentId, GroupId, PersonId};
use atrium_core::testing::TestDatabase;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::items::{columns, item, migrator};

/// Three tenths at the platform, the others in three schools, half of those in a group; positions repeat.
const FILL: &str = "INSERT INTO atrium_test_item
    (id, position, establishment_id, group_id, category, state, author_id, audience)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    SELECT i, (i * 7919) % 5003,
        CASE WHEN i % 10 < 3 THEN NULL ELSE i % 3 + 1 END,
        CASE WHEN i % 10 < 3 OR i % 2 = 0 THEN NULL ELSE (i % 3 + 1) * 10 + i % 2 END,
        i % 4,
        CASE i % 7 WHEN 0 THEN 'pending' WHEN 1 THEN NULL ELSE 'visible' END,
        i % 11, NULL
    FROM n";

#[tokio::test]
async fn paging_through_50_000_rows_gives_each_visible_one_exactly_once() {
    let db = TestDatabase::with_migrations([migrator()]).await;
    let tx = db.begin().await.unwrap();
    tx.execute_unprepared(FILL).await.unwrap();
    tx.commit().await.unwrap();

    let school = |id| Scope::Establishment(EstablishmentId(id));
    let rule = Visibility::any_of([
        Clause::any()
            .with([Scope::Platform.token_here(), school(1).token(), school(2).token_here()])
            .with([Token::state("visible")])
            .without([Scope::Group(EstablishmentId(1), GroupId(11)).token(), Token::new(Facet::Category, 2)]),
        Clause::any().with([Token::author(PersonId(5))]).without([Token::state("pending")]),
    ]);
    let expected: BTreeSet<i64> = {
        let all = item::Entity::find().all(db.db()).await.unwrap();
        assert_eq!(all.len(), 50_000);
        all.iter().filter(|row| rule.admits(&row.tokens())).map(|row| row.id).collect()
    };
    assert!(expected.len() > 5_000 && expected.len() < 45_000, "{} visible", expected.len());

    let condition = rule.condition(&columns());
    let count = item::Entity::find().filter(condition.clone()).count(db.db()).await.unwrap();
    assert_eq!(count, expected.len() as u64);

    let (mut seen, mut after) = (BTreeSet::new(), None::<(i64, i64)>);
    loop {
        let mut query = item::Entity::find().filter(condition.clone());
        if let Some((position, id)) = after {
            let later = Condition::any()
                .add(item::Column::Position.gt(position))
                .add(Condition::all().add(item::Column::Position.eq(position)).add(item::Column::Id.gt(id)));
            query = query.filter(later);
        }
        let ordered = query.order_by_asc(item::Column::Position).order_by_asc(item::Column::Id);
        let page = ordered.limit(500).all(db.db()).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.position, last.id));
        let full = page.len() == 500;
        for row in page {
            assert!(seen.insert(row.id), "row {} came twice", row.id);
        }
        assert!(full || seen.len() == expected.len(), "a page is short before the end");
    }
    assert_eq!(seen, expected);
}
