-- The words of each name, so that people are looked up by how the words begin.
CREATE TABLE atrium_person_word (
    person_id BIGINT NOT NULL REFERENCES atrium_person (id),
    word {ordinal} NOT NULL,
    PRIMARY KEY (person_id, word)
) {clustered};
CREATE INDEX atrium_person_word_begins ON atrium_person_word (word, person_id);

-- Takes the first word off until no word is left: trimming every letter that occurs stops at the first space.
INSERT INTO atrium_person_word (person_id, word)
WITH RECURSIVE split (person_id, word, rest) AS (
    SELECT id, CAST('' AS TEXT),
        ltrim(replace(replace(replace(replace(sort_name, '-', ' '), '''', ' '), '.', ' '), ',', ' '))
    FROM atrium_person
    UNION ALL
    SELECT person_id,
        substr(rest, 1, length(rest) - length(ltrim(rest, replace(rest, ' ', '')))),
        ltrim(ltrim(rest, replace(rest, ' ', '')))
    FROM split
    WHERE rest <> ''
)
SELECT DISTINCT person_id, word FROM split WHERE word <> '';
