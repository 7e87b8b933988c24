-- The bank: programmes, members, what was asked, what was awarded, and whose points they are.
-- Every key begins with programme_id, then member_id where rows belong to a member (the shard key). A member's records are
-- numbered: member_seq is the number of the member's command, row_no the row within it. Tables marked APPEND-ONLY never
-- change; each of their rows is part of the member's hash chain (member.chain), over the binary COPY encoding of its columns
-- in the order written here. Points and money are integers in the smallest unit. No row holds what only a clock changes.

-- An instant as jifen counts it: microseconds since 1970 UTC, the greatest bigint for infinity.
CREATE FUNCTION instant(microseconds bigint) RETURNS timestamptz IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN
    CASE WHEN microseconds = 9223372036854775807 THEN 'infinity'::timestamptz
         ELSE 'epoch'::timestamptz + microseconds * interval '1 microsecond' END;

CREATE TABLE programme (
    programme_id  uuid PRIMARY KEY,
    slug          text NOT NULL UNIQUE,
    timezone      text NOT NULL,
    money         text NOT NULL,
    test_now      timestamptz,            -- the travelled clock of a test programme; NULL: real time
    created_at    timestamptz NOT NULL
);

-- APPEND-ONLY. The timeline of versions, as they were given. Of several in force the latest is; a correction begins before it was recorded.
CREATE TABLE programme_version (
    programme_id     uuid NOT NULL REFERENCES programme,
    revision         integer NOT NULL CHECK (revision > 0),
    effective_from   timestamptz NOT NULL,
    effective_until  timestamptz NOT NULL,  -- infinity: until a later one
    recorded_at      timestamptz NOT NULL,
    actor            text NOT NULL,
    document         text NOT NULL,
    digest           bytea NOT NULL,        -- sha256(digest before, then the columns above)
    PRIMARY KEY (programme_id, revision),
    CHECK (effective_from < effective_until)
);

-- A corrected version for a past period that is being reviewed: it touches nobody until it is posted.
CREATE TABLE open_correction (
    programme_id     uuid PRIMARY KEY REFERENCES programme,
    effective_from   timestamptz NOT NULL,
    effective_until  timestamptz NOT NULL,
    opened_at        timestamptz NOT NULL,
    actor            text NOT NULL,
    document         text NOT NULL
);

-- Stable small numbers for the currencies of a programme, in order of first appearance.
CREATE TABLE currency (
    programme_id  uuid NOT NULL REFERENCES programme,
    currency      smallint NOT NULL,
    id            text NOT NULL,
    PRIMARY KEY (programme_id, currency), UNIQUE (programme_id, id)
);

-- The programme's side of every posting.
CREATE TABLE account (
    account  smallint PRIMARY KEY,
    name     text NOT NULL UNIQUE
);
INSERT INTO account VALUES (1, 'issued'), (2, 'redeemed'), (3, 'expired'), (4, 'written_off'), (5, 'transit');

CREATE TABLE member (
    programme_id      uuid NOT NULL REFERENCES programme,
    member_id         uuid NOT NULL,
    external_id       text NOT NULL,
    joined_at         timestamptz NOT NULL,
    opened_at         timestamptz NOT NULL,       -- of the opening; long ago if there was none
    frozen            boolean NOT NULL DEFAULT false,
    facts             json NOT NULL,              -- birthday and declared facts, as known now
    facts_since       timestamptz NOT NULL,       -- when the last of them began to hold; long ago if all are from joining
    member_seq        bigint NOT NULL DEFAULT 0,  -- number of the member's last command
    chain             bytea NOT NULL,             -- sha256 chain over the member's append-only rows
    revision          integer NOT NULL,           -- of the timeline last evaluated under
    generation        bigint NOT NULL,            -- layout of state
    state             bytea NOT NULL,             -- int64 little endian; a cache, provable from history
    events_evaluated  bigint NOT NULL DEFAULT 0,
    last_occurred_at  timestamptz NOT NULL,       -- history order of the last event evaluated
    last_sequence     bigint NOT NULL,
    last_event_id     text NOT NULL COLLATE "C",
    next_due_at       timestamptz NOT NULL,       -- when time next changes a lot, hold or tier; infinity if never
    survivor_id       uuid NOT NULL,              -- of the member into whom this one was merged; else its own
    counts_from       timestamptz NOT NULL,       -- of a guest whom a member claimed: the events that come along; else long ago
    PRIMARY KEY (programme_id, member_id)
) WITH (fillfactor = 80);
CREATE INDEX member_merged ON member (programme_id, survivor_id) WHERE survivor_id <> member_id;
CREATE INDEX member_due ON member (programme_id, next_due_at) WHERE next_due_at < 'infinity';

-- Whatever an integrator calls a member.
CREATE TABLE member_identity (
    programme_id  uuid NOT NULL,
    identity      text NOT NULL,
    member_id     uuid NOT NULL,
    PRIMARY KEY (programme_id, identity)
);

-- Who belongs together, as the journal has it, a row for each time that somebody was something in a household.
CREATE TABLE household_member (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the command with which it began
    household     text NOT NULL,
    role          text NOT NULL CHECK (role IN ('owner', 'member')),
    since         timestamptz NOT NULL,
    until         timestamptz NOT NULL CHECK (until >= since),  -- infinity: it goes on
    PRIMARY KEY (programme_id, member_id, member_seq)
);
CREATE UNIQUE INDEX household_now ON household_member (programme_id, member_id) WHERE until = 'infinity';
CREATE INDEX household ON household_member (programme_id, household);

CREATE TABLE balance (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    currency      smallint NOT NULL,
    points        bigint NOT NULL,                -- sum of postings; below zero only as debt
    held          bigint NOT NULL CHECK (held >= 0),
    debt          bigint NOT NULL CHECK (debt >= 0),
    lifetime      bigint NOT NULL,                -- awarded or granted, less reversed
    spent         bigint NOT NULL,                -- redeemed, less given back
    expired       bigint NOT NULL,
    reversed      bigint NOT NULL,
    PRIMARY KEY (programme_id, member_id, currency),
    CHECK (points + debt >= held)                 -- points + debt is what the lots hold
) WITH (fillfactor = 80);

-- APPEND-ONLY. The journal: everything that was asked, with its answer.
CREATE TABLE command (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    batch_id      uuid NOT NULL,
    recorded_at   timestamptz NOT NULL,
    occurred_at   timestamptz NOT NULL,
    key           text NOT NULL,                  -- kind/sender's id
    kind          text NOT NULL,
    actor         text NOT NULL,
    body          json NOT NULL,                  -- canonical; an event's: see event.payload; refused: sha256 of refused_body
    answer        json NOT NULL,
    PRIMARY KEY (programme_id, member_id, member_seq)
);

-- APPEND-ONLY. One command for ever per key, whoever's it is.
CREATE TABLE command_key (
    programme_id  uuid NOT NULL,
    key           text NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    PRIMARY KEY (programme_id, key)
);

-- What was refused, word for word, while a retry is told so again; then it is deleted, and its key stays taken.
CREATE TABLE refused_body (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the refused command, which has the sha256 of body
    recorded_at   timestamptz NOT NULL,
    body          json NOT NULL,
    PRIMARY KEY (programme_id, member_id, member_seq)
);
CREATE INDEX refused_body_by_age ON refused_body (programme_id, recorded_at);

-- APPEND-ONLY. What members did, in history order.
CREATE TABLE event (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    occurred_at   timestamptz NOT NULL,
    sequence      bigint NOT NULL,                -- sender's sequence or line number, 0 if none
    recorded_at   timestamptz NOT NULL,
    local_date    date NOT NULL,                  -- in the programme's zone, as then known
    event_id      text NOT NULL COLLATE "C",
    type          text NOT NULL,
    payload       json NOT NULL,                  -- fields, lines, and the facts looked up then
    PRIMARY KEY (programme_id, member_id, occurred_at, sequence, event_id)
);

-- APPEND-ONLY. What was returned of an event.
CREATE TABLE event_return (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the return
    event_seq     bigint NOT NULL,                -- of the event it amends
    payload       json NOT NULL,
    PRIMARY KEY (programme_id, member_id, member_seq)
);

-- APPEND-ONLY. What the programme gave for an event; the one with the greatest member_seq holds.
CREATE TABLE award (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the command that caused this evaluation
    row_no        integer  NOT NULL,
    event_seq     bigint NOT NULL,
    revision      integer NOT NULL,               -- version that judged it
    tier          smallint NOT NULL,              -- after the event
    reasons       bytea NOT NULL,                 -- a byte a rule, see engine
    components    bytea NOT NULL,                 -- (slot, before, after) as int64 triples, little endian
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
);

-- APPEND-ONLY. Points moved between a member (+ to the member) and an account of the programme.
CREATE TABLE posting (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    row_no        integer  NOT NULL,
    batch_id      uuid NOT NULL,
    currency      smallint NOT NULL,
    account       smallint NOT NULL CHECK (account BETWEEN 1 AND 5),
    points        bigint NOT NULL CHECK (points <> 0),
    recorded_at   timestamptz NOT NULL,           -- when we knew
    effective_at  timestamptz NOT NULL,           -- when it was due
    event_seq     bigint NOT NULL,                -- the event whose award, or the spend or write-off whose points these are (its own: a fee); 0 if none
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
);
CREATE INDEX posting_about ON posting (programme_id, member_id, event_seq) WHERE event_seq <> 0 AND event_seq <> member_seq;  -- few: what later commands posted about an earlier one
CREATE INDEX posting_used ON posting (programme_id, member_id, account, effective_at) WHERE account <> 1;  -- what became of points besides being awarded

-- A grant that can be spent. All but remaining and held never change and are in the chain.
CREATE TABLE lot (
    programme_id       uuid NOT NULL,
    member_id          uuid NOT NULL,
    member_seq         bigint NOT NULL,
    row_no             integer  NOT NULL,         -- with member_seq: the lot's number
    currency           smallint NOT NULL,
    funder             smallint NOT NULL,         -- 0: the programme itself
    event_seq          bigint NOT NULL,           -- whose award it is, 0 if none
    granted            bigint NOT NULL CHECK (granted > 0),
    unit_price_micros  bigint NOT NULL,           -- millionths of money a point at earning
    earned_at          timestamptz NOT NULL,
    available_at       timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL,      -- infinity: never
    remaining          bigint NOT NULL CHECK (remaining BETWEEN 0 AND granted),
    held               bigint NOT NULL CHECK (held BETWEEN 0 AND remaining),
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
) WITH (fillfactor = 90);
CREATE INDEX lot_open ON lot (programme_id, member_id, currency, expires_at, earned_at, member_seq, row_no) WHERE remaining > 0;
CREATE INDEX lot_remade ON lot (programme_id, member_id, event_seq) WHERE event_seq <> 0 AND event_seq <> member_seq;  -- few: what later commands made of an award

-- APPEND-ONLY. Of lots that came from another lot, that of another member perhaps: which one.
CREATE TABLE lot_parent (
    programme_id      uuid NOT NULL,
    member_id         uuid NOT NULL,
    member_seq        bigint NOT NULL,
    row_no            integer  NOT NULL,          -- of the lot
    parent_member_id  uuid NOT NULL,
    parent_seq        bigint NOT NULL,
    parent_row_no     integer  NOT NULL,
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
);
CREATE INDEX lot_renewed ON lot_parent (programme_id, member_id, parent_seq, parent_row_no) WHERE parent_member_id = member_id;  -- few: what was made of a member's own lots

-- APPEND-ONLY. What a posting took from a lot (points > 0), or gave back to it (< 0).
CREATE TABLE taking (
    programme_id    uuid NOT NULL,
    member_id       uuid NOT NULL,
    member_seq      bigint NOT NULL,
    row_no          integer  NOT NULL,
    posting_row_no  integer  NOT NULL,            -- the posting of the same command
    lot_seq         bigint NOT NULL,
    lot_row_no      integer  NOT NULL,
    points          bigint NOT NULL CHECK (points <> 0),
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
);
CREATE INDEX taking_lot ON taking (programme_id, member_id, lot_seq, lot_row_no);

-- Points set aside. All but state, captured and closed_at never change and are in the chain.
CREATE TABLE hold (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the hold command: the hold's number
    currency      smallint NOT NULL,
    points        bigint NOT NULL CHECK (points > 0),
    fee           bigint NOT NULL CHECK (fee >= 0),  -- what using them costs besides, reserved as well
    held_at       timestamptz NOT NULL,
    deadline      timestamptz NOT NULL,
    hold_id       text NOT NULL,                  -- the sender's id
    state         smallint NOT NULL CHECK (state BETWEEN 0 AND 3),  -- open, captured, voided, timed out
    captured      bigint NOT NULL CHECK (captured BETWEEN 0 AND points),
    closed_at     timestamptz NOT NULL,           -- infinity while open
    PRIMARY KEY (programme_id, member_id, member_seq)
);
CREATE INDEX hold_open ON hold (programme_id, member_id) WHERE state = 0;

-- APPEND-ONLY. The lots a hold reserves.
CREATE TABLE hold_lot (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,                -- of the hold
    row_no        integer  NOT NULL,
    lot_seq       bigint NOT NULL,
    lot_row_no    integer  NOT NULL,
    points        bigint NOT NULL CHECK (points > 0),
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
);

-- APPEND-ONLY. What others are told, after commit.
CREATE TABLE outbox (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    row_no        integer  NOT NULL,
    name          text NOT NULL,
    payload       json NOT NULL,
    transaction   xid8 NOT NULL DEFAULT pg_current_xact_id(),  -- not in the chain
    PRIMARY KEY (programme_id, member_id, member_seq, row_no)
);

-- APPEND-ONLY. What each batch did to the programme's accounts.
CREATE TABLE account_movement (
    programme_id    uuid NOT NULL,
    batch_id        uuid NOT NULL,
    account         smallint NOT NULL CHECK (account BETWEEN 1 AND 5),
    currency        smallint NOT NULL,
    funder          smallint NOT NULL,
    earn_month      integer NOT NULL,             -- year * 12 + month - 1, local; 0: no lot (debt)
    effective_date  date NOT NULL,
    points          bigint NOT NULL,              -- members' side: + given to members
    PRIMARY KEY (programme_id, batch_id, account, currency, funder, earn_month, effective_date)
);

-- A cache: the state after every 256th event of a member, from which corrections start.
CREATE TABLE checkpoint (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    occurred_at   timestamptz NOT NULL,
    sequence      bigint NOT NULL,
    event_id      text NOT NULL COLLATE "C",
    events        bigint NOT NULL,                -- evaluated so far
    generation    bigint NOT NULL,
    state         bytea NOT NULL,
    PRIMARY KEY (programme_id, member_id, occurred_at, sequence, event_id)
);

-- Returns, and exchanges of goods, that came before their purchase: taken when it comes, they stand in the journal.
CREATE TABLE waiting_return (
    programme_id  uuid NOT NULL,
    key           text NOT NULL,                  -- kind and sender's id, as in command_key
    event_key     text NOT NULL,                  -- of the purchase
    recorded_at   timestamptz NOT NULL,
    actor         text NOT NULL,
    body          json NOT NULL,
    PRIMARY KEY (programme_id, key)
);
CREATE INDEX waiting_return_of ON waiting_return (programme_id, event_key);

-- What one member's deed brings about for another, until a batch of the recipient's takes it into the journal.
CREATE TABLE inbox (
    programme_id  uuid NOT NULL,
    inbox_no      bigint GENERATED ALWAYS AS IDENTITY,
    member_id     uuid NOT NULL,                  -- of the recipient
    event_id      text NOT NULL,
    kind          text NOT NULL,                  -- event, or return: it is withdrawn
    imported      boolean NOT NULL, actor text NOT NULL,
    body          json NOT NULL,
    failure       text,                           -- why it could not be taken since the last sweep; NULL: it was not tried, or waits its turn
    PRIMARY KEY (programme_id, inbox_no)
);
CREATE INDEX inbox_of ON inbox (programme_id, member_id);

-- The codes by which members bring others, once they have asked for them.
CREATE TABLE referral_code (
    programme_id  uuid NOT NULL,
    code          text NOT NULL,
    member_id     uuid NOT NULL,
    PRIMARY KEY (programme_id, code)
);
CREATE UNIQUE INDEX referral_code_of ON referral_code (programme_id, member_id);

-- What rules with a budget have given all members together. Once closed, a campaign stays closed.
CREATE TABLE budget (
    programme_id    uuid NOT NULL REFERENCES programme,
    rule_id         text NOT NULL,
    used            bigint NOT NULL,              -- what the awards that hold give of it
    closed_at       timestamptz,                  -- when it was used up; NULL: it is open
    closing_member  uuid,                         -- the command with which it was
    closing_seq     bigint,
    PRIMARY KEY (programme_id, rule_id),
    CHECK (num_nulls(closed_at, closing_member, closing_seq) IN (0, 3))
);

-- How far files have been read, so that an interrupted import goes on where it stopped.
CREATE TABLE file_import (
    programme_id  uuid NOT NULL,
    fingerprint   bytea NOT NULL,                 -- sha256 over mapping and file
    file_name     text NOT NULL,
    started_at    timestamptz NOT NULL,
    position      bigint NOT NULL,                -- rows done with
    finished      boolean NOT NULL,
    PRIMARY KEY (programme_id, fingerprint)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY['programme_version', 'command', 'command_key', 'event', 'event_return', 'award', 'posting',
        'lot_parent', 'taking', 'hold_lot', 'outbox', 'account_movement'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
CREATE TRIGGER deleted_only BEFORE UPDATE OR TRUNCATE ON refused_body EXECUTE FUNCTION refuse_change();
