-- One survey as it is fielded. BLOB is BYTEA in PostgreSQL. Times are microseconds since 1970.
CREATE TABLE survey (
    id TEXT PRIMARY KEY,
    questionnaire TEXT NOT NULL,
    hash TEXT NOT NULL,
    privacy TEXT NOT NULL,
    recipients TEXT NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- One unit in one wave. No name and no contact stands here.
CREATE TABLE survey_case (
    case_no BIGINT PRIMARY KEY,
    survey TEXT NOT NULL REFERENCES survey (id),
    wave TEXT NOT NULL,
    unit TEXT NOT NULL,
    pseudonym TEXT NOT NULL,
    classes TEXT NOT NULL,
    disposition TEXT NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (survey, wave, unit)
);

-- A keyed hash of each code, and the key of the case's drafts locked with that code.
CREATE TABLE code (
    hash BLOB PRIMARY KEY,
    case_no BIGINT NOT NULL REFERENCES survey_case (case_no),
    locked BLOB NOT NULL
);
CREATE INDEX code_by_case ON code (case_no);

CREATE TABLE draft (
    case_no BIGINT PRIMARY KEY REFERENCES survey_case (case_no),
    version BIGINT NOT NULL,
    sealed BLOB NOT NULL
);

-- Returns are added, never changed; the case's revision says which one counts.
CREATE TABLE submission (
    case_no BIGINT NOT NULL REFERENCES survey_case (case_no),
    revision BIGINT NOT NULL,
    draft_version BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    receipt BLOB NOT NULL,
    submitted_at BIGINT NOT NULL,
    PRIMARY KEY (case_no, revision),
    UNIQUE (case_no, draft_version)
);

-- Anonymous returns: no case, no time, no order.
CREATE TABLE anonymous_submission (
    id BLOB PRIMARY KEY,
    survey TEXT NOT NULL REFERENCES survey (id),
    sealed BLOB NOT NULL
) WITHOUT ROWID;

-- What operators and the system did, each entry bound to the one before by its hash.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    survey TEXT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
);
