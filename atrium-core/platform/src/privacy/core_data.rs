//! What core keeps about people: the directory, rights, sign-in, the journal.

use async_trait::async_trait;
use serde_json::Value;

use super::{KeptPart, KeptRows, PersonalData};
use crate::db::{Db, Tx};
use crate::directory::{PersonId, actions};
use crate::error::Result;

pub(super) struct CoreData;

const ROWS: KeptRows = KeptRows::new(PARTS, ERASING);

const PARTS: &[KeptPart] = &[
    KeptPart::new(
        "identity",
        "SELECT display_name, given_name, family_name, email, locale, status, source, created_at FROM atrium_person \
         WHERE id = $1",
        &["display_name", "given_name", "family_name", "email", "locale", "status", "source"],
        &["created_at"],
    ),
    KeptPart::new(
        "identities",
        "SELECT issuer, subject, source, created_at FROM atrium_identity WHERE person_id = $1 ORDER BY id",
        &["issuer", "subject", "source"],
        &["created_at"],
    ),
    KeptPart::new(
        "memberships",
        "SELECT e.name AS school, m.profile, m.source, m.valid_from, m.valid_until FROM atrium_membership m \
         JOIN atrium_establishment e ON e.id = m.establishment_id WHERE m.person_id = $1 ORDER BY m.id",
        &["school", "profile", "source"],
        &["valid_from", "valid_until"],
    ),
    KeptPart::new(
        "groups",
        "SELECT e.name AS school, g.name AS name, m.source FROM atrium_group_member m JOIN atrium_group g ON g.id = m.group_id \
         JOIN atrium_establishment e ON e.id = g.establishment_id WHERE m.person_id = $1 ORDER BY g.id, m.source",
        &["school", "name", "source"],
        &[],
    ),
    KeptPart::new(
        "family",
        "SELECT p.display_name AS name, CASE WHEN f.guardian_id = $1 THEN 'child' ELSE 'guardian' END AS relation, f.source \
         FROM atrium_guardian f JOIN atrium_person p ON p.id = CASE WHEN f.guardian_id = $1 THEN f.child_id ELSE f.guardian_id \
         END WHERE f.guardian_id = $1 OR f.child_id = $1 ORDER BY p.id, f.source",
        &["name", "relation", "source"],
        &[],
    ),
    KeptPart::new(
        "roles",
        "SELECT r.key AS role, a.scope_kind, a.effect, a.reason, a.valid_from, a.valid_until, a.created_at \
         FROM atrium_assignment a JOIN atrium_role r ON r.id = a.role_id WHERE a.person_id = $1 ORDER BY a.id",
        &["role", "scope_kind", "effect", "reason"],
        &["valid_from", "valid_until", "created_at"],
    ),
    KeptPart::new(
        "account",
        "SELECT login, changed_at FROM atrium_password WHERE person_id = $1",
        &["login"],
        &["changed_at"],
    ),
    KeptPart::new(
        "sessions",
        "SELECT user_agent, address, created_at, last_seen, expires_at FROM atrium_session WHERE person_id = $1 ORDER BY id",
        &["user_agent", "address"],
        &["created_at", "last_seen", "expires_at"],
    ),
    KeptPart::new(
        "devices",
        "SELECT last_used FROM atrium_login_device WHERE person_id = $1 ORDER BY last_used",
        &[],
        &["last_used"],
    ),
    KeptPart::new(
        "erasure_request",
        "SELECT asked_at FROM atrium_erasure_request WHERE person_id = $1",
        &[],
        &["asked_at"],
    ),
    KeptPart::new(
        "refused_addresses",
        "SELECT code, at FROM atrium_mail_suppressed WHERE person_id = $1 ORDER BY at",
        &["code"],
        &["at"],
    ),
    KeptPart::new(
        "replies_by_mail",
        "SELECT subject, outcome, at FROM atrium_mail_received WHERE person_id = $1 ORDER BY at",
        &["subject", "outcome"],
        &["at"],
    ),
    KeptPart::new(
        "tokens",
        "SELECT name, reach, areas, created_at, expires_at, last_used FROM atrium_api_token WHERE person_id = $1 ORDER BY id",
        &["name", "reach", "areas"],
        &["created_at", "expires_at", "last_used"],
    ),
    KeptPart::new(
        "notices",
        "SELECT kind, subject, at, read_at FROM atrium_notice WHERE person_id = $1 ORDER BY id",
        &["kind", "subject"],
        &["at", "read_at"],
    ),
    KeptPart::new(
        "notices_switched_off",
        "SELECT kind FROM atrium_notice_off WHERE person_id = $1 ORDER BY kind",
        &["kind"],
        &[],
    ),
    KeptPart::new(
        "notices_by_mail",
        "SELECT kind, pace FROM atrium_notice_mail WHERE person_id = $1 ORDER BY kind",
        &["kind", "pace"],
        &[],
    ),
    KeptPart::new(
        "webhooks",
        "SELECT name, url, state, created_at FROM atrium_webhook WHERE owner_id = $1 ORDER BY id",
        &["name", "url", "state"],
        &["created_at"],
    ),
    KeptPart::new(
        "notices_for_digests",
        "SELECT kind, subject, pace, at FROM atrium_notice_digest WHERE person_id = $1 ORDER BY kind, subject",
        &["kind", "subject", "pace"],
        &["at"],
    ),
    KeptPart::new(
        "files",
        "SELECT u.name, f.media_type, u.owner, u.subject, f.size, u.at FROM atrium_file_use u \
         JOIN atrium_file f ON f.digest = u.digest WHERE u.person_id = $1 ORDER BY u.id",
        &["name", "media_type", "owner", "subject"],
        &["size", "at"],
    ),
    KeptPart::new(
        "journal",
        "SELECT action, subject, via, reason, details, at FROM atrium_audit WHERE actor_id = $1 ORDER BY id",
        &["action", "subject", "via", "reason", "details"],
        &["at"],
    ),
];

/// What is removed with the person. The journal keeps what was done, without the name of who did it.
const ERASING: &[&str] = &[
    "DELETE FROM atrium_group_member WHERE person_id = $1",
    "DELETE FROM atrium_guardian WHERE guardian_id = $1 OR child_id = $1",
    "DELETE FROM atrium_membership WHERE person_id = $1",
    "DELETE FROM atrium_assignment WHERE person_id = $1",
    "DELETE FROM atrium_identity WHERE person_id = $1",
    "DELETE FROM atrium_password WHERE person_id = $1",
    "DELETE FROM atrium_erasure_request WHERE person_id = $1",
    "DELETE FROM atrium_login_device WHERE person_id = $1",
    "DELETE FROM atrium_notice WHERE person_id = $1",
    "DELETE FROM atrium_notice_off WHERE person_id = $1",
    "DELETE FROM atrium_notice_mail WHERE person_id = $1",
    "DELETE FROM atrium_notice_digest WHERE person_id = $1",
    "DELETE FROM atrium_mail_suppressed WHERE person_id = $1",
    "DELETE FROM atrium_webhook_delivery WHERE webhook_id IN (SELECT id FROM atrium_webhook WHERE owner_id = $1)",
    "DELETE FROM atrium_webhook WHERE owner_id = $1",
    "DELETE FROM atrium_file_use WHERE person_id = $1 AND subject IS NULL",
    "UPDATE atrium_file_use SET person_id = NULL WHERE person_id = $1",
    "UPDATE atrium_mail_received SET person_id = NULL WHERE person_id = $1",
    "UPDATE atrium_audit SET actor_name = '' WHERE actor_id = $1",
];

#[async_trait]
impl PersonalData for CoreData {
    async fn export(&self, db: &Db, person: PersonId) -> Result<Value> {
        ROWS.export(db, person).await
    }

    async fn erase(&self, tx: &Tx, person: PersonId) -> Result<u64> {
        Ok(actions::forget_name(tx, person).await? + ROWS.erase(tx, person).await?)
    }
}
