-- What the correction that is being reviewed would change, member by member, as a worker found it.

ALTER TABLE open_correction ADD COLUMN reviewed_at timestamptz;  -- NULL: nobody has looked through history for it yet

CREATE TABLE correction_difference (
    programme_id  uuid NOT NULL REFERENCES open_correction ON DELETE CASCADE,
    member        text NOT NULL,          -- as they were called then
    currency      text NOT NULL,
    awarded       bigint NOT NULL,
    corrected     bigint NOT NULL,
    PRIMARY KEY (programme_id, member, currency)
);
