CREATE TABLE atrium_loans_tablet (
    id {id},
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (establishment_id, label)
);

CREATE TABLE atrium_loans_loan (
    id {id},
    tablet_id BIGINT NOT NULL REFERENCES atrium_loans_tablet (id),
    pupil_id BIGINT NOT NULL REFERENCES atrium_person (id),
    level TEXT NOT NULL,
    lent_by BIGINT REFERENCES atrium_person (id),
    lent_at BIGINT NOT NULL,
    returned_at BIGINT
);
CREATE UNIQUE INDEX atrium_loans_loan_tablet ON atrium_loans_loan (tablet_id) WHERE returned_at IS NULL;
CREATE UNIQUE INDEX atrium_loans_loan_pupil ON atrium_loans_loan (pupil_id) WHERE returned_at IS NULL;

CREATE TABLE atrium_loans_request (
    id {id},
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    quantity BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by BIGINT REFERENCES atrium_person (id),
    asked_at BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    answer TEXT NOT NULL,
    decided_at BIGINT
);
CREATE INDEX atrium_loans_request_establishment ON atrium_loans_request (establishment_id, id);
CREATE UNIQUE INDEX atrium_loans_request_pending ON atrium_loans_request (establishment_id) WHERE state = 'pending';
