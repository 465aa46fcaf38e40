//! Compares decisions with a naive implementation of the model's words.

use atrium_core::access::{Effect, Explanation, HeldRole, Permission, Reach, Rights, Scope};
use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use rand::RngExt;

use super::random::{PERMISSIONS, ROLES, SECTORS, held, pick, rng, scopes};

/// Returns `scope` and all that it lies in: its school, every sector of the school, the platform.
fn around(scope: Scope) -> Vec<Scope> {
    let mut around = vec![scope];
    let school = match scope {
        Scope::Platform | Scope::Sector(_) => None,
        Scope::Establishment(school) | Scope::Group(school, _) => Some(school),
    };
    if let Some(school) = school {
        around.push(Scope::Establishment(school));
        around.extend(SECTORS.iter().filter(|(_, of)| of.contains(&school)).map(|(sector, _)| Scope::Sector(*sector)));
    }
    around.push(Scope::Platform);
    around.sort_unstable();
    around.dedup();
    around
}

/// Reads every held role at each scope that `scope` lies in.
pub(crate) fn naive(held: &[HeldRole], permission: Permission, scope: Scope, now: Timestamp) -> bool {
    let mut permitted = false;
    for here in around(scope) {
        for role in held.iter().filter(|role| role.permissions.contains(&permission) && role.scope == here) {
            let begun = role.validity.from.is_none_or(|from| from.0 <= now.0);
            let over = role.validity.until.is_some_and(|until| until.0 <= now.0);
            if !begun || over {
                continue;
            }
            match role.effect {
                Effect::Forbid => return false,
                Effect::Permit => permitted |= role.reach == Reach::Below || here == scope,
            }
        }
    }
    permitted
}

/// Walks the same way for a role itself, whose holders are an audience.
fn naive_role(held: &[HeldRole], key: &str, scope: Scope, now: Timestamp) -> bool {
    let asks_for = Permission("test.role.held");
    let mine = held.iter().filter(|role| *role.key == *key).cloned();
    let as_permission: Vec<_> = mine.map(|role| HeldRole { permissions: [asks_for].into(), ..role }).collect();
    naive(&as_permission, asks_for, scope, now)
}

#[test]
fn checking_equals_a_naive_reference_on_100_000_worlds_and_explaining_agrees() {
    let scopes = scopes();
    let mut rng = rng(20_200_316);
    let (mut allowed, mut forbidden, mut near) = (0, 0, 0);
    for world in 0..100_000 {
        let held = held(&mut rng, &scopes);
        let rights = Rights::new(PersonId(1), held.clone(), Vec::new(), Vec::new());
        for _ in 0..3 {
            let (permission, scope) = (pick(&mut rng, &PERMISSIONS), pick(&mut rng, &scopes));
            let now = Timestamp(rng.random_range(0..10));
            let expected = naive(&held, permission, scope, now);
            assert_eq!(rights.check(permission, scope, now), expected, "world {world}: {held:#?}");
            let why = rights.explain(permission, scope, now);
            assert_eq!(why.allowed, expected, "world {world}");
            agrees(&why, &held);
            let clauses = rights.clauses(permission, now);
            let rule = atrium_core::access::Visibility::any_of(clauses);
            assert_eq!(rule.admits(&scope.tokens().collect()), expected, "world {world}: {rule:?} at {scope}");
            let role = pick(&mut rng, &ROLES);
            let holds = naive_role(&held, role, scope, now);
            assert_eq!(rights.holds_role(role, scope, now), holds, "world {world}: {role} at {scope}, {held:#?}");
            let throughout = scopes.iter().filter(|below| around(**below).contains(&scope));
            let whole = throughout.into_iter().all(|below| naive(&held, permission, *below, now));
            if rights.check_throughout(permission, scope, now) {
                assert!(whole, "world {world}: held throughout {scope}");
            }
            allowed += i32::from(expected);
            forbidden += i32::from(!why.forbids.is_empty());
            near += i32::from(why.nearest.is_some());
        }
    }
    assert!(allowed > 50_000 && forbidden > 20_000 && near > 50_000, "{allowed} {forbidden} {near}: worlds are dull");
}

/// Checks that an explanation is true and suffices to draw the same conclusion.
fn agrees(why: &Explanation, held: &[HeldRole]) {
    assert_eq!(why.allowed, why.grant.is_some() && why.forbids.is_empty());
    for grant in why.grant.iter().chain(&why.also).chain(&why.forbids) {
        assert!(
            grant.validity.holds(why.at) && grant.reaches(why.scope) && grant.permissions.contains(&why.permission)
        );
    }
    let elsewhere = held.iter().any(|role| role.effect == Effect::Permit && role.permissions.contains(&why.permission));
    assert_eq!(why.nearest.is_some(), why.grant.is_none() && elsewhere);
    if let Some(near) = &why.nearest {
        assert!(!(near.grant.validity.holds(why.at) && near.grant.reaches(why.scope)), "a near miss is a miss");
    }
}
