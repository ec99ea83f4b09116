-- Respondents' sessions that were left, by random marks, until they would be over anyway. The cookie
-- is all there is of a session, so that a copy of it has to be known to be dead. Of which case it was, nothing says.
CREATE TABLE ended_session (
    mark BLOB PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX ended_by_time ON ended_session (at);
