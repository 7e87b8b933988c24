-- With what members pick up what they ordered.

CREATE TABLE pick_up_code (
    programme_id  uuid NOT NULL,
    order_id      text NOT NULL,
    code          bytea NOT NULL,          -- sealed
    shop          text NOT NULL,           -- where alone it is good; '': anywhere
    tries         integer NOT NULL CHECK (tries >= 0),  -- in vain, since it was made
    made_at       timestamptz NOT NULL,
    PRIMARY KEY (programme_id, order_id)
);

ALTER TABLE reward_order
    DROP CONSTRAINT reward_order_state_check,
    ADD CONSTRAINT reward_order_state_check CHECK (state BETWEEN 0 AND 7);  -- 7: its time was over
