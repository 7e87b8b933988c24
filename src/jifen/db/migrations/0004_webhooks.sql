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

-- Who is told over HTTP: where, of what, and up to which position everything was tried once.
CREATE TABLE webhook (
    programme_id   uuid NOT NULL REFERENCES programme,
    webhook_id     text NOT NULL,
    url            text NOT NULL,
    kinds          text[] NOT NULL,        -- of messages; empty: all
    description    text NOT NULL,
    created_at     timestamptz NOT NULL,
    position       bigint NOT NULL,
    failing_since  timestamptz,            -- NULL: the last attempt succeeded, or there was none
    disabled_at    timestamptz,            -- NULL: it is told
    disabled_why   text CHECK (disabled_why IN ('asked', 'failing', 'gone')),
    PRIMARY KEY (programme_id, webhook_id),
    CHECK (num_nulls(disabled_at, disabled_why) IN (0, 2))
);

-- What messages to a webhook are signed with; several while one takes the place of another.
CREATE TABLE webhook_secret (
    programme_id  uuid NOT NULL,
    webhook_id    text NOT NULL,
    made_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,    -- infinity: until there is another
    secret        bytea NOT NULL,
    PRIMARY KEY (programme_id, webhook_id, made_at),
    FOREIGN KEY (programme_id, webhook_id) REFERENCES webhook ON DELETE CASCADE
);

-- What became of a message that a webhook was to be told.
CREATE TABLE webhook_delivery (
    programme_id     uuid NOT NULL,
    webhook_id       text NOT NULL,
    position         bigint NOT NULL,
    state            text NOT NULL CHECK (state IN ('delivered', 'waiting', 'dead', 'replayed')),
    failures         integer NOT NULL,     -- since it was first sent, or sent again on request
    attempted_at     timestamptz NOT NULL, -- the last time
    next_attempt_at  timestamptz NOT NULL, -- infinity: it is not waiting
    PRIMARY KEY (programme_id, webhook_id, position),
    FOREIGN KEY (programme_id, webhook_id) REFERENCES webhook ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (programme_id, webhook_id, next_attempt_at) WHERE state = 'waiting';

-- Each time that it was tried, and what was answered.
CREATE TABLE webhook_attempt (
    programme_id  uuid NOT NULL,
    webhook_id    text NOT NULL,
    position      bigint NOT NULL,
    attempted_at  timestamptz NOT NULL,
    milliseconds  integer NOT NULL,
    outcome       text NOT NULL,
    status        integer,                 -- of HTTP; NULL: nothing was answered
    excerpt       text NOT NULL,           -- how an answer begins that says no
    PRIMARY KEY (programme_id, webhook_id, position, attempted_at),
    FOREIGN KEY (programme_id, webhook_id, position) REFERENCES webhook_delivery ON DELETE CASCADE
);

-- Up to where the stream was handed on to a broker; `target` is where, without user and password.
CREATE TABLE stream_publication (
    programme_id  uuid NOT NULL REFERENCES programme,
    target        text NOT NULL,
    position      bigint NOT NULL,
    PRIMARY KEY (programme_id, target)
);
