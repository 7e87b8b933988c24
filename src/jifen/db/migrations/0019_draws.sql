-- Lucky draws: rounds, whose seed nobody knows until they are over, and what members' spins brought.

CREATE TABLE draw_round (
    programme_id  uuid NOT NULL REFERENCES programme,
    draw          text NOT NULL,
    round_no      integer NOT NULL CHECK (round_no > 0),  -- 1, 2, 3, … of a draw
    commitment    bytea NOT NULL,                 -- sha256 of the seed, published from the beginning
    seed          bytea NOT NULL,                 -- sealed while the round is open
    prizes        json NOT NULL,                  -- as the document had them at the opening
    given         bigint[] NOT NULL,              -- how many of each, in their order
    spins         bigint NOT NULL CHECK (spins >= 0),
    opened_at     timestamptz NOT NULL,
    closed_at     timestamptz NOT NULL,           -- infinity: members may spin
    PRIMARY KEY (programme_id, draw, round_no)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX draw_round_open ON draw_round (programme_id, draw) WHERE closed_at = 'infinity';

CREATE FUNCTION refuse_draw_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'what a round was opened with stays as it is' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER opened_once BEFORE UPDATE ON draw_round FOR EACH ROW
    WHEN ((OLD.commitment, OLD.prizes::text, OLD.opened_at) IS DISTINCT FROM (NEW.commitment, NEW.prizes::text, NEW.opened_at)
          OR OLD.closed_at <> 'infinity' AND (OLD.given, OLD.spins, OLD.closed_at) IS DISTINCT FROM (NEW.given, NEW.spins, NEW.closed_at))
    EXECUTE FUNCTION refuse_draw_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON draw_round EXECUTE FUNCTION refuse_change();

-- APPEND-ONLY. The spins of a round in the order in which they were decided: 1, 2, 3, …
CREATE TABLE draw_spin (
    programme_id  uuid NOT NULL,
    draw          text NOT NULL,
    round_no      integer NOT NULL,
    place         bigint NOT NULL CHECK (place > 0),
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    spin_no       integer NOT NULL CHECK (spin_no > 0),  -- 1, 2, 3, … of the member in the round
    drawn         smallint NOT NULL,              -- which prize the seed says, by its place
    given         smallint NOT NULL,              -- which the member got: another where that had run out
    PRIMARY KEY (programme_id, draw, round_no, place)
);
CREATE UNIQUE INDEX draw_spin_of_member ON draw_spin (programme_id, member_id, draw, round_no, spin_no);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_spin EXECUTE FUNCTION refuse_change();
