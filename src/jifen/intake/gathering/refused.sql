-- name: refused_bodies
-- What was refused under these keys, as far as it is still kept.
SELECT k.key, b.body
FROM command_key k JOIN refused_body b USING (programme_id, member_id, member_seq)
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[])

-- name: forget_refused
-- Deletes some of what was refused up to an instant, the oldest first; what another process deletes is left to it.
DELETE FROM refused_body
WHERE programme_id = %(programme_id)s AND (member_id, member_seq) IN (
    SELECT member_id, member_seq FROM refused_body
    WHERE programme_id = %(programme_id)s AND recorded_at <= instant(%(until)s)
    ORDER BY recorded_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
