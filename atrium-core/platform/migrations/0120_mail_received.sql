-- Messages that came in for replies, and what became of them: neither their text nor an address.
CREATE TABLE atrium_mail_received (
    id {id},
    -- Keyed with the platform's secret: the Message-ID, or the whole message if it has none.
    message TEXT NOT NULL UNIQUE,
    -- Who wrote it, once that is known.
    person_id BIGINT REFERENCES atrium_person (id),
    -- What it replies to: `forum:12`.
    subject TEXT NOT NULL,
    -- `received`, or why it was refused.
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX atrium_mail_received_person ON atrium_mail_received (person_id);
CREATE INDEX atrium_mail_received_at ON atrium_mail_received (at);
