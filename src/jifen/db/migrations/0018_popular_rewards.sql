-- Which rewards members of a tier have chosen lately, counted now and then.

CREATE TABLE popular_reward (
    programme_id  uuid NOT NULL,
    tier          text NOT NULL,           -- on which they stand; '': all members
    reward        smallint NOT NULL,       -- its number among the currencies
    members       bigint NOT NULL CHECK (members > 0),
    PRIMARY KEY (programme_id, tier, reward)
);

CREATE INDEX command_choosing ON command (programme_id, recorded_at)
    WHERE kind IN ('redeem', 'cancel', 'cancel_order', 'take_back');
