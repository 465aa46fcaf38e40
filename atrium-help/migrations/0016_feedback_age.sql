CREATE INDEX atrium_help_feedback_at ON atrium_help_feedback (at);
