-- When whoever holds a session last gave password and second factor.
ALTER TABLE operator_session ADD COLUMN proven BIGINT NOT NULL DEFAULT 0;
