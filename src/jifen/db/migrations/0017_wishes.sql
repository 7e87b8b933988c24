-- What members would like to have, and whether they were told that they can.

CREATE TABLE wish (
    programme_id  uuid NOT NULL,
    member_id     uuid NOT NULL,
    reward        smallint NOT NULL,       -- its number among the currencies
    wished_at     timestamptz NOT NULL,
    in_reach      boolean NOT NULL,        -- whether it could be had when that was last looked at
    times_told    integer NOT NULL,
    looked_at     timestamptz NOT NULL,
    seen_seq      bigint NOT NULL,         -- the member's last command then
    PRIMARY KEY (programme_id, member_id, reward)
);
