-- What there is of rewards that are counted: how many are left where, and everything that changed it.

-- How many of a reward are left at a place; what redemptions take is taken under the lock of its row.
CREATE TABLE stock (
    programme_id  uuid NOT NULL REFERENCES programme,
    currency      smallint NOT NULL,              -- of the reward
    place         text NOT NULL COLLATE "C",      -- empty: anywhere
    units_left    bigint NOT NULL CHECK (units_left >= 0),
    PRIMARY KEY (programme_id, currency, place)
) WITH (fillfactor = 50);

-- APPEND-ONLY. What an office put in, took out, or counted and found: 1, 2, 3, …
CREATE TABLE stock_change (
    programme_id  uuid NOT NULL REFERENCES programme,
    change_no     integer NOT NULL CHECK (change_no > 0),
    change_id     text NOT NULL,                  -- the sender's
    currency      smallint NOT NULL,
    place         text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('add', 'take', 'set')),
    asked         bigint NOT NULL CHECK (asked >= 0),  -- units to add, to take, or found
    units         bigint NOT NULL,                -- what changed by it
    units_left    bigint NOT NULL,                -- behind it
    reason        text NOT NULL,
    actor         text NOT NULL,
    recorded_at   timestamptz NOT NULL,
    digest        bytea NOT NULL,                 -- sha256(digest before, then the columns above)
    PRIMARY KEY (programme_id, change_no),
    UNIQUE (programme_id, change_id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_change EXECUTE FUNCTION refuse_change();

-- APPEND-ONLY. What a member's redemption took (below zero), and what came back as one was cancelled; in the member's chain.
CREATE TABLE stock_movement (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the redemption or its cancelling
    currency      smallint NOT NULL,
    place         text NOT NULL,
    units         bigint NOT NULL CHECK (units <> 0),
    PRIMARY KEY (programme_id, member_id, member_seq)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement EXECUTE FUNCTION refuse_change();
