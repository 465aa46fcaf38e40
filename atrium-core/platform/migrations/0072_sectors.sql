-- A named set of schools, at which roles are given.
CREATE TABLE atrium_sector (
    id {id},
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    source_key TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX atrium_sector_source_key ON atrium_sector (source, source_key) WHERE source_key IS NOT NULL;

CREATE TABLE atrium_sector_establishment (
    sector_id BIGINT NOT NULL REFERENCES atrium_sector (id),
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    PRIMARY KEY (sector_id, establishment_id)
);
CREATE INDEX atrium_sector_establishment_school ON atrium_sector_establishment (establishment_id);

ALTER TABLE atrium_assignment ADD COLUMN sector_id BIGINT REFERENCES atrium_sector (id);
CREATE INDEX atrium_assignment_sector ON atrium_assignment (sector_id) WHERE sector_id IS NOT NULL;
