CREATE TABLE atrium_loans_region (
    id BIGINT PRIMARY KEY,
    delivered BIGINT NOT NULL
);
INSERT INTO atrium_loans_region (id, delivered)
    SELECT 1, COALESCE(SUM(granted), 0) FROM atrium_loans_request WHERE state = 'granted';
