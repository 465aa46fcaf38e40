CREATE INDEX atrium_audit_at ON atrium_audit (at);
