-- How rewards that were redeemed come to their members.

CREATE TABLE reward_order (
    programme_id  uuid NOT NULL REFERENCES programme,
    order_id      text NOT NULL,               -- the id of the redemption that placed it
    member_id     uuid NOT NULL,               -- who redeemed
    member_seq    bigint NOT NULL,             -- of the redemption
    reward        smallint NOT NULL,           -- its number among the currencies
    quantity      bigint NOT NULL CHECK (quantity > 0),
    fulfilled_by  text NOT NULL CHECK (fulfilled_by IN ('shipping', 'pick_up')),
    approve_days  smallint,                    -- what was promised when it was placed
    within_days   smallint,
    close_days    smallint NOT NULL,
    forget_days   smallint NOT NULL,
    placed_at     timestamptz NOT NULL,
    state         smallint NOT NULL CHECK (state BETWEEN 0 AND 6),  -- placed, approved, shipped, closed, picked up, cancelled, returned
    remaining     bigint NOT NULL CHECK (remaining BETWEEN 0 AND quantity),  -- neither cancelled nor returned
    due_at        timestamptz NOT NULL,        -- when time takes the next step; infinity: it does not
    closed_at     timestamptz NOT NULL,        -- infinity while it is under way
    steps         integer NOT NULL CHECK (steps >= 0),
    PRIMARY KEY (programme_id, order_id)
);
CREATE INDEX reward_order_of_member ON reward_order (programme_id, member_id, member_seq);
CREATE INDEX reward_order_by_state ON reward_order (programme_id, state, placed_at, order_id);
CREATE INDEX reward_order_due ON reward_order (programme_id, due_at, order_id) WHERE due_at < 'infinity';

-- APPEND-ONLY. By which commands an order became what it is: 1, 2, 3, …; the command says who, when and why.
CREATE TABLE order_step (
    programme_id  uuid NOT NULL,
    order_id      text NOT NULL,
    step_no       integer NOT NULL CHECK (step_no > 0),
    member_id     uuid NOT NULL,
    member_seq    bigint NOT NULL,
    PRIMARY KEY (programme_id, order_id, step_no)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON order_step EXECUTE FUNCTION refuse_change();

-- Where to send an order: sealed, and erased when it is no longer needed.
CREATE TABLE order_address (
    programme_id  uuid NOT NULL,
    order_id      text NOT NULL,
    address       bytea NOT NULL,
    written_at    timestamptz NOT NULL,
    PRIMARY KEY (programme_id, order_id)
);
