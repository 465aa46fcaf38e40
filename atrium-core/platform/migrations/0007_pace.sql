CREATE TABLE atrium_pace (
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    due BIGINT NOT NULL,
    PRIMARY KEY (what, who)
);
CREATE INDEX atrium_pace_due ON atrium_pace (due);
