-- name: duty_begins
-- A duty is being done from now on.
INSERT INTO duty (name, began_at) VALUES (%(name)s, instant(%(now)s))
ON CONFLICT (name) DO UPDATE SET began_at = excluded.began_at, ended_at = NULL, failure = NULL

-- name: duty_ends
-- A duty was done, or failed.
UPDATE duty SET ended_at = instant(%(now)s), failure = %(failure)s WHERE name = %(name)s

-- name: duties
-- When each duty was last done, and how that ended.
SELECT name, began_at, ended_at, failure FROM duty ORDER BY name
