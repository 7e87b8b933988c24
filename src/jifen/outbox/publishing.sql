-- name: published_up_to
-- Up to where the stream was handed on to a target; no row before the first time.
SELECT position FROM stream_publication WHERE programme_id = %(programme)s AND target = %(target)s

-- name: keep_published
-- Everything up to a position was handed on.
INSERT INTO stream_publication (programme_id, target, position) VALUES (%(programme)s, %(target)s, %(position)s)
ON CONFLICT (programme_id, target) DO UPDATE SET position = excluded.position

-- name: claim_target
-- Whether nobody else hands the stream on to this target now: a lock of the session, which ends with it.
SELECT pg_try_advisory_lock(hashtextextended('publish ' || %(programme)s::uuid || %(target)s, 0))

-- name: let_target_go
-- Somebody else may.
SELECT pg_advisory_unlock(hashtextextended('publish ' || %(programme)s::uuid || %(target)s, 0))
