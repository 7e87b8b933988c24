-- name: correction
-- The correction that is being reviewed.
SELECT effective_from, effective_until, opened_at, actor, document
FROM open_correction WHERE programme_id = %(programme_id)s

-- name: insert_correction
-- A correction for review; nothing if one is open.
INSERT INTO open_correction (programme_id, effective_from, effective_until, opened_at, actor, document)
VALUES (%(programme_id)s, instant(%(effective_from)s), instant(%(effective_until)s), instant(%(opened_at)s),
        %(actor)s, %(document)s)
ON CONFLICT DO NOTHING RETURNING programme_id

-- name: delete_correction
-- The correction is decided upon.
DELETE FROM open_correction WHERE programme_id = %(programme_id)s
RETURNING effective_from, effective_until, opened_at, actor, document

-- name: members_behind
-- Some members with events behind the beginning of a correction that came after the version they were judged by.
SELECT external_id FROM member m
WHERE programme_id = %(programme_id)s AND survivor_id = member_id AND EXISTS (
    SELECT FROM unnest(%(revisions)b::integer[], %(since)b::bigint[]) AS c (revision, since)
    WHERE m.revision < c.revision AND instant(c.since) <= m.last_occurred_at)
ORDER BY member_id LIMIT %(most)s
