CREATE INDEX atrium_login_link_expires ON atrium_login_link (expires_at);
CREATE INDEX atrium_login_device_used ON atrium_login_device (last_used);
