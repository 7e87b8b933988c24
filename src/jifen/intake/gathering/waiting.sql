-- name: keep_waiting
-- Remembers a return, or an exchange of goods, whose purchase is not known; nothing if it waits already.
INSERT INTO waiting_return (programme_id, key, event_key, recorded_at, actor, body)
VALUES (%(programme_id)s, %(key)s, %(event_key)s, instant(%(now)s), %(actor)s, %(body)s)
ON CONFLICT DO NOTHING RETURNING key

-- name: waiting_body
-- What it said that waits.
SELECT body FROM waiting_return WHERE programme_id = %(programme_id)s AND key = %(key)s

-- name: anything_waits
-- That something waits for one of these, of which it is seldom: nothing has to be locked to find nothing.
SELECT key FROM waiting_return
WHERE programme_id = %(programme_id)s AND event_key = ANY(%(event_keys)b::text[]) LIMIT 1

-- name: take_arrived
-- Ends the waiting of returns whose purchase is there, of these purchases; one that was refused is not there.
-- From the few that wait to what they wait for, whatever the planner thinks of tables that have just grown: it has
-- been seen to begin with all events.
DELETE FROM waiting_return
WHERE programme_id = %(programme_id)s AND key IN (
    SELECT w.key
    FROM waiting_return w
    CROSS JOIN LATERAL (
        SELECT member_id, member_seq FROM command_key
        WHERE programme_id = %(programme_id)s AND key = w.event_key OFFSET 0
    ) AS k
    CROSS JOIN LATERAL (
        SELECT occurred_at FROM command
        WHERE programme_id = %(programme_id)s AND member_id = k.member_id AND member_seq = k.member_seq OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
        SELECT FROM event
        WHERE programme_id = %(programme_id)s AND member_id = k.member_id AND occurred_at = c.occurred_at
          AND member_seq = k.member_seq OFFSET 0
    ) AS e
    WHERE w.programme_id = %(programme_id)s AND w.event_key = ANY(%(event_keys)b::text[])
)
RETURNING recorded_at, key, actor, body
