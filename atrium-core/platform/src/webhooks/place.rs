//! Where an event happened, and whether that is inside of a webhook's scope.

use std::collections::BTreeSet;

use crate::access::Scope;
use crate::db::Connection;
use crate::directory::{self, EstablishmentId, GroupId, SectorId};
use crate::error::Result;

/// Returns the scope that an event names (`p`, `s3`, `e12`, `g45`), the platform if it names none; `None` if there is no such
/// place any more.
pub(super) async fn of(conn: &impl Connection, text: Option<&str>) -> Result<Option<Scope>> {
    let Some((kind, id)) = text.and_then(|text| text.split_at_checked(1)) else { return Ok(Some(Scope::Platform)) };
    Ok(match kind {
        "p" => Some(Scope::Platform),
        "s" => id.parse::<SectorId>().ok().map(Scope::Sector),
        "e" => id.parse::<EstablishmentId>().ok().map(Scope::Establishment),
        "g" => match id.parse::<GroupId>() {
            Ok(id) => {
                let groups = directory::groups_by_id(conn, [id]).await?;
                groups.first().map(|group| Scope::Group(group.establishment_id, id))
            }
            Err(_) => None,
        },
        _ => None,
    })
}

/// The schools of some sectors.
#[derive(Default)]
pub(super) struct Sectors(BTreeSet<(SectorId, EstablishmentId)>);

impl Sectors {
    /// Reads the schools of those of `scopes` that are sectors, in one query or none.
    pub(super) async fn read(conn: &impl Connection, scopes: impl Iterator<Item = Scope>) -> Result<Self> {
        let sector = |scope| if let Scope::Sector(id) = scope { Some(id) } else { None };
        let sectors: BTreeSet<SectorId> = scopes.filter_map(sector).collect();
        Ok(Self(directory::sector_schools(conn, sectors).await?.into_iter().collect()))
    }

    /// Returns `true` if `inner` is `outer` or below it.
    pub(super) fn cover(&self, outer: Scope, inner: Scope) -> bool {
        match (outer, inner) {
            (Scope::Sector(sector), Scope::Establishment(school) | Scope::Group(school, _)) => {
                self.0.contains(&(sector, school))
            }
            _ => outer.covers(inner),
        }
    }
}
