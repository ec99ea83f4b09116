-- Keys of programs: a keyed hash of each, for one survey and one kind of work. Gone when revoked.
CREATE TABLE api_key (
    hash BLOB PRIMARY KEY,
    survey TEXT NOT NULL REFERENCES survey (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    until BIGINT NOT NULL,
    UNIQUE (survey, name)
);
