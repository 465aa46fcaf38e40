-- The key under which a source knows a row, and rows of several sources side by side.
ALTER TABLE atrium_establishment ADD COLUMN source_key TEXT;
ALTER TABLE atrium_group ADD COLUMN source_key TEXT;
ALTER TABLE atrium_person ADD COLUMN source_key TEXT;
CREATE UNIQUE INDEX atrium_establishment_source_key ON atrium_establishment (source, source_key)
    WHERE source_key IS NOT NULL;
CREATE UNIQUE INDEX atrium_group_source_key ON atrium_group (source, source_key) WHERE source_key IS NOT NULL;
CREATE UNIQUE INDEX atrium_person_source_key ON atrium_person (source, source_key) WHERE source_key IS NOT NULL;

CREATE TABLE atrium_group_member_by_source (
    group_id BIGINT NOT NULL REFERENCES atrium_group (id),
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    source TEXT NOT NULL,
    source_key TEXT,
    PRIMARY KEY (group_id, person_id, source)
);
INSERT INTO atrium_group_member_by_source (group_id, person_id, source)
SELECT group_id, person_id, source FROM atrium_group_member;
DROP TABLE atrium_group_member;
ALTER TABLE atrium_group_member_by_source RENAME TO atrium_group_member;
CREATE INDEX atrium_group_member_person ON atrium_group_member (person_id);
CREATE UNIQUE INDEX atrium_group_member_source_key ON atrium_group_member (source, source_key)
    WHERE source_key IS NOT NULL;

CREATE TABLE atrium_guardian_by_source (
    guardian_id BIGINT NOT NULL REFERENCES atrium_person (id),
    child_id BIGINT NOT NULL REFERENCES atrium_person (id),
    source TEXT NOT NULL,
    source_key TEXT,
    PRIMARY KEY (guardian_id, child_id, source)
);
INSERT INTO atrium_guardian_by_source (guardian_id, child_id, source)
SELECT guardian_id, child_id, source FROM atrium_guardian;
DROP TABLE atrium_guardian;
ALTER TABLE atrium_guardian_by_source RENAME TO atrium_guardian;
CREATE INDEX atrium_guardian_child ON atrium_guardian (child_id);
CREATE UNIQUE INDEX atrium_guardian_source_key ON atrium_guardian (source, source_key) WHERE source_key IS NOT NULL;

CREATE TABLE atrium_membership_by_source (
    id {id},
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    profile TEXT NOT NULL,
    source TEXT NOT NULL,
    source_key TEXT,
    valid_from BIGINT,
    valid_until BIGINT,
    UNIQUE (person_id, establishment_id, profile, source)
);
INSERT INTO atrium_membership_by_source
    (id, person_id, establishment_id, profile, source, valid_from, valid_until)
SELECT id, person_id, establishment_id, profile, source, valid_from, valid_until FROM atrium_membership ORDER BY id;
DROP TABLE atrium_membership;
ALTER TABLE atrium_membership_by_source RENAME TO atrium_membership;
{renumber:atrium_membership}
CREATE INDEX atrium_membership_establishment ON atrium_membership (establishment_id, person_id);
CREATE UNIQUE INDEX atrium_membership_source_key ON atrium_membership (source, source_key)
    WHERE source_key IS NOT NULL;
