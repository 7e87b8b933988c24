-- How many of a reward, of which all members together may have only so many in a period, were redeemed on a local day;
-- on day 0 in all, whose row is locked by whoever takes. What was cancelled counts no longer, on the day of its redemption.

CREATE TABLE taken_by_all (
    programme_id  uuid NOT NULL REFERENCES programme,
    currency      smallint NOT NULL,              -- of the reward
    day           integer NOT NULL CHECK (day >= 0),
    units         bigint NOT NULL CHECK (units >= 0),
    PRIMARY KEY (programme_id, currency, day)
) WITH (fillfactor = 50);
