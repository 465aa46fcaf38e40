CREATE TABLE atrium_setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE atrium_establishment (
    id {id},
    uai TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    kind TEXT NOT NULL,
    city TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX atrium_establishment_name ON atrium_establishment (name_folded, id);

CREATE TABLE atrium_establishment_trait (
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    trait TEXT NOT NULL,
    PRIMARY KEY (establishment_id, trait)
);

CREATE TABLE atrium_group (
    id {id},
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (establishment_id, kind, name)
);

CREATE TABLE atrium_person (
    id {id},
    external_id TEXT UNIQUE,
    display_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    email TEXT,
    locale TEXT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX atrium_person_sort ON atrium_person (sort_name, id);

CREATE TABLE atrium_membership (
    id {id},
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    profile TEXT NOT NULL,
    source TEXT NOT NULL,
    valid_from BIGINT,
    valid_until BIGINT,
    UNIQUE (person_id, establishment_id, profile)
);
CREATE INDEX atrium_membership_establishment ON atrium_membership (establishment_id, person_id);

CREATE TABLE atrium_group_member (
    group_id BIGINT NOT NULL REFERENCES atrium_group (id),
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX atrium_group_member_person ON atrium_group_member (person_id);

CREATE TABLE atrium_guardian (
    guardian_id BIGINT NOT NULL REFERENCES atrium_person (id),
    child_id BIGINT NOT NULL REFERENCES atrium_person (id),
    source TEXT NOT NULL,
    PRIMARY KEY (guardian_id, child_id)
);
CREATE INDEX atrium_guardian_child ON atrium_guardian (child_id);

CREATE TABLE atrium_role (
    id {id},
    key TEXT NOT NULL UNIQUE,
    label_fr TEXT NOT NULL,
    label_en TEXT NOT NULL,
    built_in BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE atrium_role_permission (
    role_id BIGINT NOT NULL REFERENCES atrium_role (id),
    permission TEXT NOT NULL,
    PRIMARY KEY (role_id, permission)
);

CREATE TABLE atrium_assignment (
    id {id},
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    role_id BIGINT NOT NULL REFERENCES atrium_role (id),
    scope_kind TEXT NOT NULL,
    establishment_id BIGINT REFERENCES atrium_establishment (id),
    group_id BIGINT REFERENCES atrium_group (id),
    effect TEXT NOT NULL,
    source TEXT NOT NULL,
    granted_by BIGINT REFERENCES atrium_person (id),
    reason TEXT NOT NULL,
    valid_from BIGINT,
    valid_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX atrium_assignment_person ON atrium_assignment (person_id);
CREATE INDEX atrium_assignment_role ON atrium_assignment (role_id);

CREATE TABLE atrium_policy (
    id BIGINT PRIMARY KEY,
    epoch BIGINT NOT NULL
);
INSERT INTO atrium_policy (id, epoch) VALUES (1, 1);

CREATE TABLE atrium_outbox (
    id {id},
    xid {xid},
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor_id BIGINT,
    scope TEXT,
    payload TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_outbox_order ON atrium_outbox (xid, id);

CREATE TABLE atrium_consumer (
    name TEXT PRIMARY KEY,
    xid BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    owner TEXT,
    lease_until BIGINT
);

CREATE TABLE atrium_audit (
    id {id},
    at BIGINT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    scope TEXT,
    reason TEXT NOT NULL,
    details TEXT NOT NULL
);
CREATE INDEX atrium_audit_subject ON atrium_audit (subject, id);
CREATE INDEX atrium_audit_actor ON atrium_audit (actor_id, id);

CREATE TABLE atrium_service (
    key TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    name_fr TEXT NOT NULL,
    name_en TEXT NOT NULL,
    summary_fr TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    everywhere BOOLEAN NOT NULL,
    profiles TEXT NOT NULL,
    launch_url TEXT,
    state TEXT NOT NULL,
    state_note_fr TEXT NOT NULL,
    state_note_en TEXT NOT NULL,
    state_since BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE atrium_service_availability (
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    service_key TEXT NOT NULL REFERENCES atrium_service (key),
    available BOOLEAN NOT NULL,
    launch_url TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, service_key)
);

CREATE TABLE atrium_announcement (
    id {id},
    kind TEXT NOT NULL,
    service_key TEXT REFERENCES atrium_service (key),
    title_fr TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body_fr TEXT NOT NULL,
    body_en TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    author_id BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX atrium_announcement_ends ON atrium_announcement (ends_at);

CREATE TABLE atrium_password (
    person_id BIGINT PRIMARY KEY REFERENCES atrium_person (id),
    login TEXT NOT NULL UNIQUE,
    hash TEXT,
    changed_at BIGINT NOT NULL
);

CREATE TABLE atrium_login_link (
    token_hash TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX atrium_login_link_person ON atrium_login_link (person_id);

CREATE TABLE atrium_session (
    id {id},
    token_hash TEXT NOT NULL UNIQUE,
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX atrium_session_person ON atrium_session (person_id);
CREATE INDEX atrium_session_expires ON atrium_session (expires_at);

CREATE TABLE atrium_login_attempt (
    id {id},
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_login_attempt_key ON atrium_login_attempt (key, at);
CREATE INDEX atrium_login_attempt_at ON atrium_login_attempt (at);
