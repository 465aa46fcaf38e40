ALTER TABLE atrium_assignment ADD COLUMN given_for TEXT NOT NULL DEFAULT 'group';

UPDATE atrium_assignment SET given_for = 'platform'
WHERE granted_by IS NULL OR granted_by IN (
    SELECT giver.person_id
    FROM atrium_assignment giver
    JOIN atrium_role_permission held ON held.role_id = giver.role_id
    WHERE held.permission = 'core.role.assign' AND giver.scope_kind = 'platform' AND giver.effect = 'permit'
);

CREATE INDEX atrium_audit_actor_action ON atrium_audit (actor_id, action, id);

DELETE FROM atrium_consumer WHERE name = 'core.sessions';
