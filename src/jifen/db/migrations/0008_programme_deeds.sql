-- What an office does to a programme stands in the audit beside what is asked about members.

-- APPEND-ONLY. What was done to a programme, by whom and when: 1, 2, 3, …
CREATE TABLE programme_deed (
    programme_id  uuid NOT NULL REFERENCES programme,
    deed_no       integer NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('publish', 'withdraw', 'open_correction', 'post_correction', 'drop_correction')),
    about         text NOT NULL,           -- the revision; of a correction, since when it corrects
    actor         text NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (programme_id, deed_no)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON programme_deed EXECUTE FUNCTION refuse_change();
CREATE INDEX programme_deed_by_time ON programme_deed (programme_id, recorded_at);
