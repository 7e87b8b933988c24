-- name: keep_waiting
-- Remembers a return whose purchase is not known; nothing if it waits already.
INSERT INTO waiting_return (programme_id, return_id, event_key, recorded_at, actor, body)
VALUES (%(programme_id)s, %(return_id)s, %(event_key)s, instant(%(now)s), %(actor)s, %(body)s)
ON CONFLICT DO NOTHING RETURNING return_id

-- name: waiting_body
-- What a return that waits has said.
SELECT body FROM waiting_return WHERE programme_id = %(programme_id)s AND return_id = %(return_id)s

-- name: take_arrived
-- Ends the waiting of returns whose purchase is there, of these purchases; one that was refused is not there.
DELETE FROM waiting_return w
USING command_key k
JOIN command c USING (programme_id, member_id, member_seq)
JOIN event e USING (programme_id, member_id, occurred_at, member_seq)
WHERE w.programme_id = %(programme_id)s AND w.event_key = ANY(%(event_keys)b)
  AND k.programme_id = w.programme_id AND k.key = w.event_key
RETURNING w.recorded_at, w.return_id, w.actor, w.body
