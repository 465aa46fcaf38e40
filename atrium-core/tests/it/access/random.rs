//! Random worlds, reproducible by seed.

use std::sync::Arc;

use atrium_core::access::{Effect, HeldRole, Origin, Permission, Reach, Scope, Validity};
use atrium_core::clock::Timestamp;
use atrium_core::directory::{EstablishmentId, GroupId, SectorId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The permissions of random worlds.
pub(crate) const PERMISSIONS: [Permission; 3] =
    [Permission("test.read"), Permission("test.write"), Permission("test.rule")];

/// The roles of random worlds, by their keys.
pub(crate) const ROLES: [&str; 2] = ["one", "other"];

/// The sectors of random worlds with their schools: two that share a school, one without any.
pub(crate) const SECTORS: [(SectorId, &[EstablishmentId]); 3] = [
    (SectorId(1), &[EstablishmentId(1), EstablishmentId(2)]),
    (SectorId(2), &[EstablishmentId(2), EstablishmentId(3)]),
    (SectorId(3), &[]),
];

/// Returns the schools of a sector; empty for another scope.
pub(crate) fn schools_of(scope: Scope) -> Arc<[EstablishmentId]> {
    let known = SECTORS.iter().find(|(sector, _)| scope == Scope::Sector(*sector));
    known.map_or_else(Arc::default, |(_, schools)| Arc::from(*schools))
}

/// Returns three sectors, and three schools with two groups each.
pub(crate) fn scopes() -> Vec<Scope> {
    let mut scopes = vec![Scope::Platform];
    scopes.extend(SECTORS.iter().map(|(sector, _)| Scope::Sector(*sector)));
    for school in 1..=3 {
        scopes.push(Scope::Establishment(EstablishmentId(school)));
        scopes.extend((1..=2).map(|n| Scope::Group(EstablishmentId(school), GroupId(school * 10 + n))));
    }
    scopes
}

pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub(crate) fn pick<T: Copy>(rng: &mut StdRng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

/// Returns a span around the instants 0 to 9.
pub(crate) fn validity(rng: &mut StdRng) -> Validity {
    let mut edge =
        |odds: u32| if rng.random_range(0..10) < odds { Some(Timestamp(rng.random_range(0..10))) } else { None };
    Validity::new(edge(3), edge(3))
}

/// Returns up to eight held roles.
pub(crate) fn held(rng: &mut StdRng, scopes: &[Scope]) -> Vec<HeldRole> {
    let count = rng.random_range(0..=8);
    let role = |rng: &mut StdRng| {
        let scope = pick(rng, scopes);
        let permissions: Arc<[Permission]> = PERMISSIONS.into_iter().filter(|_| rng.random_bool(0.6)).collect();
        HeldRole {
            key: pick(rng, &ROLES).into(),
            badge: None,
            permissions,
            scope,
            schools: schools_of(scope),
            reach: if rng.random_bool(0.75) { Reach::Below } else { Reach::Here },
            given_for: Scope::Platform,
            effect: if rng.random_bool(0.75) { Effect::Permit } else { Effect::Forbid },
            validity: validity(rng),
            origin: Origin::Membership,
        }
    };
    let all = (0..count).map(|_| role(rng));
    // A forbid always reaches below, so the store never makes another.
    let whole = |role: HeldRole| match role.effect {
        Effect::Forbid => HeldRole { reach: Reach::Below, ..role },
        Effect::Permit => role,
    };
    all.map(whole).collect()
}
