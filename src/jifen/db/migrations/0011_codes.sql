-- Codes that rewards come with: from which pool they are, and whose each has become.

-- A pool as the document names it: locked by whoever takes codes from it.
CREATE TABLE code_pool (
    programme_id  uuid NOT NULL REFERENCES programme,
    pool          text NOT NULL,
    low           boolean NOT NULL DEFAULT false,  -- others were told that few are left, since there were more
    PRIMARY KEY (programme_id, pool)
);

-- With what a programme's codes are digested: locked by whoever puts codes into any of its pools.
CREATE TABLE code_secret (
    programme_id  uuid PRIMARY KEY REFERENCES programme,
    secret        bytea NOT NULL                   -- sealed, where the settings name a key
);

-- The codes. What is one's for ever is never another's.
CREATE TABLE code (
    programme_id  uuid NOT NULL,
    code_no       bigint NOT NULL,                 -- 1, 2, 3, … in the order in which they came
    pool          text NOT NULL,
    digest        bytea NOT NULL,                  -- the first half of the HMAC-SHA256 of the code: what tells codes apart
    sealed        bytea NOT NULL,                  -- the code, where the settings name a key
    expires_at    timestamptz NOT NULL,            -- infinity: never
    source_id     uuid NOT NULL,                   -- of the file that it came from, or of what made it
    source_row    bigint NOT NULL,
    added_at      timestamptz NOT NULL,
    issued_at     timestamptz,                     -- NULL, as all that follows: it is nobody's yet
    member_id     uuid,
    lot_seq       bigint,                          -- with lot_row_no: the lot of the reward that it came with
    lot_row_no    integer,
    unit_no       integer,                         -- with which one of the lot: 0, 1, 2, …
    PRIMARY KEY (programme_id, code_no),
    CHECK (num_nulls(issued_at, member_id, lot_seq, lot_row_no, unit_no) IN (0, 5))
);
CREATE UNIQUE INDEX code_digest ON code (programme_id, digest);
CREATE UNIQUE INDEX code_unit ON code (programme_id, member_id, lot_seq, lot_row_no, unit_no) WHERE member_id IS NOT NULL;
CREATE INDEX code_free ON code (programme_id, pool, expires_at, code_no) WHERE member_id IS NULL;

CREATE FUNCTION refuse_code_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'a code that is somebody''s stays theirs' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER issued_once BEFORE UPDATE ON code FOR EACH ROW
    WHEN (OLD.member_id IS NOT NULL AND (OLD.digest, OLD.issued_at, OLD.member_id, OLD.lot_seq, OLD.lot_row_no, OLD.unit_no)
          IS DISTINCT FROM (NEW.digest, NEW.issued_at, NEW.member_id, NEW.lot_seq, NEW.lot_row_no, NEW.unit_no))
    EXECUTE FUNCTION refuse_code_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON code EXECUTE FUNCTION refuse_change();

-- What rules issued while a pool was empty: it waits for the next codes.
CREATE TABLE code_wanted (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    lot_seq       bigint NOT NULL,
    lot_row_no    integer NOT NULL,
    unit_no       integer NOT NULL,
    pool          text NOT NULL,
    wanted_at     timestamptz NOT NULL,
    PRIMARY KEY (programme_id, member_id, lot_seq, lot_row_no, unit_no)
);
CREATE INDEX code_wanted_by_age ON code_wanted (programme_id, pool, wanted_at);

ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('import', 'export', 'codes'));
