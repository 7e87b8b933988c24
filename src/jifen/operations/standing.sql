-- What a look from outside asks of the bank.

-- name: standing
-- Of each programme: since when something is due that nobody has swept yet, the last proof, what waits for others.
SELECT p.slug,
       (SELECT min(m.next_due_at) FROM member m WHERE m.programme_id = p.programme_id AND m.next_due_at < 'infinity'),
       p.test_now,
       (SELECT count(*) FROM inbox i WHERE i.programme_id = p.programme_id),
       (SELECT count(*) FROM waiting_return w WHERE w.programme_id = p.programme_id),
       proof.proved_at, proof.seconds, proof.differences
FROM programme p
LEFT JOIN last_proof proof USING (programme_id)
WHERE p.slug NOT LIKE 'story-%%'
ORDER BY p.slug

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
-- When each duty of the worker was last done, and whether it failed.
SELECT name, ended_at, failure IS NOT NULL FROM duty ORDER BY name

-- name: note_proof
-- How the proof of a programme came out, in place of the one before.
INSERT INTO last_proof (programme_id, proved_at, seconds, members, differences)
VALUES (%(programme)s, instant(%(now)s), %(seconds)s, %(members)s, %(differences)s)
ON CONFLICT (programme_id) DO UPDATE SET proved_at = EXCLUDED.proved_at, seconds = EXCLUDED.seconds,
    members = EXCLUDED.members, differences = EXCLUDED.differences
