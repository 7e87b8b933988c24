-- A reward that waited for its code stays noted until others were told that this came.

ALTER TABLE code_wanted ADD COLUMN code_no bigint;  -- what came for it; NULL: it waits
DROP INDEX code_wanted_by_age;
CREATE INDEX code_wanted_by_age ON code_wanted (programme_id, pool, wanted_at) WHERE code_no IS NULL;
CREATE INDEX code_wanted_came ON code_wanted (programme_id, code_no) WHERE code_no IS NOT NULL;
