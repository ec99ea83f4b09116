-- Operators: an argon2id hash, the second factor sealed under the server's secret, a one-time link.
CREATE TABLE operator (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    second BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    setup BLOB NOT NULL,
    setup_until BIGINT NOT NULL
);

-- Keyed hashes; each works once.
CREATE TABLE recovery_code (
    hash BLOB PRIMARY KEY,
    operator TEXT NOT NULL REFERENCES operator (name)
);

-- Keyed hashes of what browsers hold. They are in no backup.
CREATE TABLE operator_session (
    hash BLOB PRIMARY KEY,
    operator TEXT NOT NULL REFERENCES operator (name),
    since BIGINT NOT NULL,
    seen BIGINT NOT NULL
);

-- A frame that was checked and waits to be loaded, sealed under the server's secret. In no backup.
CREATE TABLE upload (
    id BLOB PRIMARY KEY,
    survey TEXT NOT NULL REFERENCES survey (id),
    operator TEXT NOT NULL,
    at BIGINT NOT NULL,
    sealed BLOB NOT NULL
);

-- How a unit is reached, sealed under the server's secret.
CREATE TABLE contact (
    case_no BIGINT PRIMARY KEY REFERENCES survey_case (case_no),
    sealed BLOB NOT NULL
);

-- Dates set by an operator stay as they are when survey.toml is read again.
ALTER TABLE survey ADD COLUMN grace_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey ADD COLUMN scheduled BIGINT NOT NULL DEFAULT 0;

ALTER TABLE submission ADD COLUMN mode TEXT NOT NULL DEFAULT 'web';
ALTER TABLE survey_case ADD COLUMN mode TEXT NOT NULL DEFAULT '';
UPDATE survey_case SET mode = 'web' WHERE revision > 0;

-- How many cases came to what, kept in the same transaction as the case. A count is the sum over its
-- shards, of which one may be negative: many writers at once need not wait for one row.
CREATE TABLE tally (
    survey TEXT NOT NULL REFERENCES survey (id),
    classes TEXT NOT NULL,
    disposition TEXT NOT NULL,
    mode TEXT NOT NULL,
    shard BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    PRIMARY KEY (survey, classes, disposition, mode, shard)
);
INSERT INTO tally (survey, classes, disposition, mode, shard, cases)
SELECT survey, classes, disposition, mode, 0, COUNT(*) FROM survey_case GROUP BY survey, classes, disposition, mode;

-- First returns by half hour since 1970; never of an anonymous survey.
CREATE TABLE arrival (
    survey TEXT NOT NULL REFERENCES survey (id),
    half_hour BIGINT NOT NULL,
    mode TEXT NOT NULL,
    shard BIGINT NOT NULL,
    returns BIGINT NOT NULL,
    PRIMARY KEY (survey, half_hour, mode, shard)
);
INSERT INTO arrival (survey, half_hour, mode, shard, returns)
SELECT c.survey, s.submitted_at / 1800000000, 'web', 0, COUNT(*) FROM submission s
JOIN survey_case c ON c.case_no = s.case_no WHERE s.revision = 1 GROUP BY c.survey, s.submitted_at / 1800000000;
