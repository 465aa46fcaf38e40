//! [`Access`]: loads people's rights and caches them until their epoch moves.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use super::{Actor, Permissions, Rights, Roles, Via, core_permissions, loading, store, sync};
use crate::clock::Clock;
use crate::db::{Connection, Db, Pools, Tx, core_migrator, migrate_with_lock};
use crate::directory::{self, PersonId};
use crate::error::Result;

/// The number of snapshots kept in memory, and the time after their last use.
const SNAPSHOTS: u64 = 20_000;
const IDLE: Duration = Duration::from_secs(15 * 60);

/// People's rights. Cheap to clone; clones share one cache.
///
/// Snapshots are cached under the person's epoch and the policy's. Both are read with every request, so that a role
/// revoked on one node is denied by the next request on another, without invalidation.
///
/// # Users, roles and permissions alone
///
/// ```
/// use atrium_platform::access::{Access, Scope, Via, permissions::PERSON_EDIT};
/// use atrium_platform::directory::actions::*;
/// use atrium_platform::directory::{EstablishmentKind, Profile};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let url = format!("sqlite://{}", dir.path().join("rights.sqlite").display());
/// let access = Access::open(&url).await?; // tables, permissions and built-in roles are in place
/// let operator = access.operator();
/// let school = EstablishmentEdit::new("Lycée des Tilleuls", EstablishmentKind::Lycee, "Marseille");
/// let school = NewEstablishment::new("0139101X".parse()?, school);
/// let school = access.directory().create_establishment(&operator, school).await?;
/// let person = NewPerson::new(Place::Member(school, Profile::Leadership), "Ana", "Ruiz");
/// let person = access.directory().create_person(&operator, person).await?;
/// let ana = access.actor_for(person, Via::Api).await?;
/// assert!(ana.may(PERSON_EDIT, Scope::Establishment(school)));
/// assert!(!ana.may(PERSON_EDIT, Scope::Platform));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Access {
    db: Db,
    permissions: Permissions,
    snapshots: Cache<(PersonId, i64, i64), Arc<Rights>>,
    roles: Cache<i64, Arc<Roles>>,
}

impl Access {
    /// Opens the database at `url` (`sqlite://path`, created when missing, or `postgres://…`) with core's tables and
    /// permissions, and brings the built-in roles in line.
    ///
    /// # Errors
    /// Returns an error if the database cannot be reached, opened or migrated.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Db::connect(url, Pools::default(), Clock::system()).await?;
        Self::open_on(db, Permissions::new(core_permissions())?).await
    }

    /// Opens the directory and the access model on `db` for `permissions`: creates or migrates core's tables and
    /// brings the built-in roles in line.
    ///
    /// # Errors
    /// Returns an error if the database cannot be migrated or written.
    pub async fn open_on(db: Db, permissions: Permissions) -> Result<Self> {
        migrate_with_lock(&db, &[core_migrator()]).await?;
        let access = Self::new(db, permissions);
        access.sync_built_in_roles().await?;
        Ok(access)
    }

    /// Returns the operator of the machine as an actor, who may do everything.
    #[must_use]
    pub fn operator(&self) -> Actor {
        Actor::system(Via::Cli, self.db.now())
    }

    /// Creates a loader of rights from `db`, for the `permissions` that this platform declares. The built-in roles
    /// hold no permissions until they are brought in line.
    #[must_use]
    pub(crate) fn new(db: Db, permissions: Permissions) -> Self {
        let snapshots = Cache::builder().max_capacity(SNAPSHOTS).time_to_idle(IDLE).build();
        Self { db, permissions, snapshots, roles: Cache::new(4) }
    }

    /// Returns the database that rights are read from.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Returns every permission of this platform.
    #[must_use]
    pub fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Brings the built-in roles of the database in line with the code and the plugins.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn sync_built_in_roles(&self) -> Result<()> {
        sync::built_in_roles(&self.db, &self.permissions).await
    }

    /// Returns the policy epoch, which is read with each request.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn policy_epoch(&self) -> Result<i64> {
        store::policy_epoch(&self.db).await
    }

    /// Returns the current roles, in one query if they are unchanged, else in three.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn roles(&self) -> Result<Arc<Roles>> {
        self.roles_of(self.policy_epoch().await?).await
    }

    /// Returns the rights of `person` under the epochs that the request read.
    ///
    /// Makes no query if the snapshot is cached; else four, whatever the person holds, and two more for the first
    /// person after an edit of a role. A suspended or erased person has no rights.
    ///
    /// # Errors
    /// Returns `is_not_found` if `person` does not exist, or an error if the database fails.
    pub async fn rights_of(&self, person: PersonId, epoch: i64, policy_epoch: i64) -> Result<Arc<Rights>> {
        let key = (person, epoch, policy_epoch);
        if let Some(rights) = self.snapshots.get(&key) {
            return Ok(rights);
        }
        let roles = self.roles_of(policy_epoch).await?;
        let rights = Arc::new(loading::load(&self.db, &roles, person).await?);
        self.snapshots.insert(key, rights.clone());
        Ok(rights)
    }

    /// Returns the person as an actor with their current rights, for jobs, commands and tests. Requests read the
    /// epochs with the identity.
    ///
    /// # Errors
    /// Returns `is_not_found` if `person` does not exist, or an error if the database fails.
    pub async fn actor_for(&self, person: PersonId, via: Via) -> Result<Actor> {
        let policy_epoch = self.policy_epoch().await?;
        let row = directory::store::person(&self.db, person).await?;
        let rights = self.rights_of(person, row.epoch, policy_epoch).await?;
        Ok(Actor::new(rights, row.display_name, via, self.db.now()))
    }

    /// Returns the rights of a person as `tx` sees them, without caching.
    pub(crate) async fn rights_in(&self, tx: &Tx, person: PersonId) -> Result<Rights> {
        loading::load(tx, &self.roles_in(tx).await?, person).await
    }

    /// Returns every role as `conn` sees it.
    pub(crate) async fn roles_in(&self, conn: &impl Connection) -> Result<Roles> {
        Ok(Roles::new(store::roles(conn).await?, &self.permissions))
    }

    async fn roles_of(&self, policy_epoch: i64) -> Result<Arc<Roles>> {
        if let Some(roles) = self.roles.get(&policy_epoch) {
            return Ok(roles);
        }
        let roles = Arc::new(Roles::new(store::roles(&self.db).await?, &self.permissions));
        self.roles.insert(policy_epoch, roles.clone());
        Ok(roles)
    }
}
