-- What a look from outside asks of the bank.

-- name: programmes
-- The programmes by name, with their travelled clocks; those of stories left out.
SELECT programme_id, slug, test_now FROM programme WHERE slug NOT LIKE 'story-%%' ORDER BY slug

-- name: standing
-- Of one programme: since when something is due that nobody has swept yet, what waits for others, the last proof.
SELECT (SELECT min(next_due_at) FROM member WHERE programme_id = %(programme)s AND next_due_at < 'infinity'),
       (SELECT count(*) FROM inbox WHERE programme_id = %(programme)s),
       (SELECT count(*) FROM waiting_return WHERE programme_id = %(programme)s),
       proof.proved_at, proof.seconds, proof.differences
FROM programme p LEFT JOIN last_proof proof ON proof.programme_id = p.programme_id
WHERE p.programme_id = %(programme)s

-- name: webhooks
-- How far each webhook is behind what stands in the stream, what waits to be tried again, and since when it fails.
SELECT p.slug, w.webhook_id, greatest(coalesce(s.position, 0) - w.position, 0),
       (SELECT count(*) FROM webhook_delivery d
        WHERE d.programme_id = w.programme_id AND d.webhook_id = w.webhook_id AND d.state = 'waiting'),
       w.failing_since
FROM webhook w JOIN programme p USING (programme_id) LEFT JOIN stream s USING (programme_id)
WHERE w.disabled_at IS NULL
ORDER BY p.slug, w.webhook_id

-- name: duties
-- When each duty of the worker was last done, or begun where it has not ended, and whether it failed.
SELECT name, coalesce(ended_at, began_at), failure IS NOT NULL FROM duty ORDER BY name

-- name: oldest_write
-- The process of the database server that has been writing for longest, one transaction of any database, with its age.
SELECT pid, coalesce(application_name, ''), coalesce(datname, ''), coalesce(state, ''),
       coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)::float8
FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
ORDER BY xact_start LIMIT 1

-- name: note_proof
-- How the proof of a programme came out, in place of the one before.
INSERT INTO last_proof (programme_id, proved_at, seconds, members, differences)
VALUES (%(programme)s, instant(%(now)s), %(seconds)s, %(members)s, %(differences)s)
ON CONFLICT (programme_id) DO UPDATE SET proved_at = EXCLUDED.proved_at, seconds = EXCLUDED.seconds,
    members = EXCLUDED.members, differences = EXCLUDED.differences
