-- One mail to one case in one round (0 the invitation, then reminders). No address stands here. The
-- token is random and stands in the mail's Message-ID: a bounce that names it is one of ours.
CREATE TABLE mail (
    case_no BIGINT NOT NULL REFERENCES survey_case (case_no),
    round BIGINT NOT NULL,
    token BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (case_no, round)
);
CREATE INDEX mail_by_state ON mail (round, state, case_no);

-- Cases that want no more mails.
CREATE TABLE no_mail (
    case_no BIGINT PRIMARY KEY REFERENCES survey_case (case_no),
    since BIGINT NOT NULL
);
