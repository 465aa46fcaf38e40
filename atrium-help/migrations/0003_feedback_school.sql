CREATE TABLE atrium_help_feedback_school (
    feedback_id BIGINT NOT NULL REFERENCES atrium_help_feedback (id) ON DELETE CASCADE,
    establishment_id BIGINT NOT NULL REFERENCES atrium_establishment (id),
    PRIMARY KEY (feedback_id, establishment_id)
);
CREATE INDEX atrium_help_feedback_school_of ON atrium_help_feedback_school (establishment_id, feedback_id);
