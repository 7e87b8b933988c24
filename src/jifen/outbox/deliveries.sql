-- name: wait_for_no_disk
-- What a crash of the database makes us forget is sent again under the same id. Of this transaction: the connection may be
-- somebody else's afterwards.
SET LOCAL synchronous_commit = off

-- name: keep_deliveries
-- What becomes of deliveries after an attempt at each; nothing where the webhook is there no more.
INSERT INTO webhook_delivery (programme_id, webhook_id, position, state, failures, attempted_at, next_attempt_at)
SELECT w.programme_id, w.webhook_id, t.position, t.state, t.failures, instant(t.at), instant(t.next)
FROM webhook w, unnest(%(positions)b::bigint[], %(states)b::text[], %(failures)b::integer[], %(at)b::bigint[],
    %(next)b::bigint[]) AS t (position, state, failures, at, next)
WHERE w.programme_id = %(programme)s AND w.webhook_id = %(webhook)s
ON CONFLICT (programme_id, webhook_id, position) DO UPDATE SET state = excluded.state,
    failures = excluded.failures, attempted_at = excluded.attempted_at, next_attempt_at = excluded.next_attempt_at

-- name: keep_attempts
-- What came of attempts at deliveries that are kept; no status where nothing was answered (0).
INSERT INTO webhook_attempt
    (programme_id, webhook_id, position, attempted_at, milliseconds, outcome, status, excerpt)
SELECT d.programme_id, d.webhook_id, d.position, instant(t.at), t.milliseconds, t.outcome, nullif(t.status, 0), t.excerpt
FROM webhook_delivery d JOIN unnest(%(positions)b::bigint[], %(at)b::bigint[], %(milliseconds)b::integer[],
    %(outcomes)b::text[], %(statuses)b::integer[], %(excerpts)b::text[])
    AS t (position, at, milliseconds, outcome, status, excerpt) USING (position)
WHERE d.programme_id = %(programme)s AND d.webhook_id = %(webhook)s ON CONFLICT DO NOTHING

-- name: keep_standing
-- Since when nothing succeeds, and whether it is told no more.
UPDATE webhook SET failing_since = instant(%(failing_since)s),
    disabled_at = CASE WHEN %(why)s::text IS NULL THEN disabled_at ELSE coalesce(disabled_at, instant(%(now)s)) END,
    disabled_why = CASE WHEN %(why)s::text IS NULL THEN disabled_why ELSE coalesce(disabled_why, %(why)s) END
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s

-- name: move_on
-- Everything up to a position was tried, unless somebody has asked for what is before it meanwhile.
UPDATE webhook SET position = %(position)s
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND position = %(was)s

-- name: tried_before
-- Of the messages behind a position, those that were tried and are not to be sent again.
SELECT position FROM webhook_delivery
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND position > %(after)s AND state <> 'replayed'

-- name: due_again
-- What is to be tried again by now, the longest waiting first, with how often it has failed.
SELECT position, failures FROM webhook_delivery
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND state = 'waiting'
    AND next_attempt_at <= instant(%(now)s)
ORDER BY next_attempt_at LIMIT %(most)s

-- name: forget_old
-- Of the oldest deliveries those that ended before an instant, with their attempts.
DELETE FROM webhook_delivery d USING (
    SELECT position FROM webhook_delivery WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s
    ORDER BY position LIMIT %(most)s) AS oldest
WHERE d.programme_id = %(programme)s AND d.webhook_id = %(webhook)s AND d.position = oldest.position
    AND d.state IN ('delivered', 'dead') AND d.attempted_at < instant(%(before)s)

-- name: deliveries_of
-- Deliveries of a webhook, the latest first, with what came of the last attempt; of one state, or of any.
SELECT d.position, o.name, d.state, d.failures, d.attempted_at, d.next_attempt_at, a.outcome, a.status, a.milliseconds,
       a.excerpt
FROM webhook_delivery d
    JOIN stream_entry e USING (programme_id, position)
    JOIN outbox o USING (programme_id, member_id, member_seq, row_no)
    JOIN webhook_attempt a USING (programme_id, webhook_id, position, attempted_at)
WHERE d.programme_id = %(programme)s AND d.webhook_id = %(webhook)s
    AND (%(before)s::bigint IS NULL OR d.position < %(before)s)
    AND (%(state)s::text IS NULL OR d.state = %(state)s)
ORDER BY d.position DESC LIMIT %(most)s

-- name: attempts_of
-- Every attempt at one delivery, in order.
SELECT attempted_at, outcome, status, milliseconds, excerpt FROM webhook_attempt
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND position = %(position)s ORDER BY attempted_at

-- name: to_be_told
-- The webhooks of a programme that something waits for: messages behind their position, or deliveries to be tried again.
SELECT w.programme_id, w.webhook_id FROM webhook w
WHERE w.programme_id = %(programme)s AND w.disabled_at IS NULL AND (
    w.position < (SELECT max(e.position) FROM stream_entry e WHERE e.programme_id = %(programme)s)
    OR EXISTS (SELECT FROM webhook_delivery d WHERE d.programme_id = %(programme)s AND d.webhook_id = w.webhook_id
        AND d.state = 'waiting' AND d.next_attempt_at <= instant(%(now)s)))
ORDER BY w.created_at, w.webhook_id

-- name: programmes_with_webhooks
-- The programmes of which somebody is told.
SELECT DISTINCT programme_id FROM webhook WHERE disabled_at IS NULL

-- name: programmes
-- All programmes, which every node of a cluster knows.
SELECT programme_id FROM programme

-- name: claim_webhook
-- Whether nobody else tells this webhook now: a lock of the session, which ends with it.
SELECT pg_try_advisory_lock(hashtextextended('webhook ' || %(programme)s::uuid || %(webhook)s, 0))

-- name: let_webhook_go
-- Somebody else may tell it.
SELECT pg_advisory_unlock(hashtextextended('webhook ' || %(programme)s::uuid || %(webhook)s, 0))
