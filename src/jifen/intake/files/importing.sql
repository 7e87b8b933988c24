-- name: start_import
-- Where reading a file of this fingerprint stopped; a new row for a new file, a new start if asked for one.
INSERT INTO file_import (programme_id, fingerprint, file_name, started_at, position, finished)
VALUES (%(programme_id)s, %(fingerprint)s, %(file_name)s, instant(%(now)s), 0, false)
ON CONFLICT (programme_id, fingerprint) DO UPDATE
SET file_name = excluded.file_name, finished = file_import.finished AND NOT %(again)s,
    position = CASE WHEN %(again)s OR %(whole)s THEN 0 ELSE file_import.position END
RETURNING position, finished

-- name: note_position
-- So many rows of the file are done with.
UPDATE file_import SET position = %(position)s, finished = %(finished)s
WHERE programme_id = %(programme_id)s AND fingerprint = %(fingerprint)s

-- name: patience
-- How long to wait for a process that imports the same file: it may just be ending.
SET LOCAL lock_timeout = '2s'

-- name: lock_import
-- Be the only one who imports this file, until unlocked or disconnected.
SELECT pg_advisory_lock(%(lock)s)

-- name: unlock_import
-- Let others import this file.
SELECT pg_advisory_unlock(%(lock)s)
