-- What others are told: the outbox in an order that never changes, and who is told of it over HTTP.

CREATE INDEX outbox_by_transaction ON outbox (programme_id, transaction);

-- How far the outbox of a programme has been brought into order; no row before anybody has asked for it.
CREATE TABLE stream (
    programme_id  uuid PRIMARY KEY REFERENCES programme,
    position      bigint NOT NULL,         -- the last one given
    since         xid8 NOT NULL,           -- what was written by transactions before this one has its position
    server        bigint NOT NULL          -- system identifier of the server whose transactions these are
);

-- APPEND-ONLY. Where each message of the outbox stands: 1, 2, 3, … without a gap, those of a member in the order of its commands.
CREATE TABLE stream_entry (
    programme_id  uuid NOT NULL,
    position      bigint NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    row_no        integer NOT NULL,
    PRIMARY KEY (programme_id, position),
    UNIQUE (programme_id, member_id, member_seq, row_no)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stream_entry EXECUTE FUNCTION refuse_change();
