-- name: came_and_went
-- When events of a member of one type came (1) and were withdrawn (-1), since when their cause was known, and what they
-- say, in the order recorded.
SELECT e.member_seq, c.recorded_at, moved.sign, coalesce(cause.recorded_at, e.occurred_at), e.payload
FROM event e
CROSS JOIN LATERAL (
    SELECT e.member_seq, 1 AS sign
    UNION ALL
    SELECT r.member_seq, -1 FROM event_return r
    WHERE r.programme_id = %(programme_id)s AND r.member_id = e.member_id AND r.event_seq = e.member_seq
) AS moved
JOIN command c ON c.programme_id = %(programme_id)s AND c.member_id = e.member_id AND c.member_seq = moved.member_seq
LEFT JOIN event cause ON cause.programme_id = %(programme_id)s AND cause.member_id = e.member_id
    AND cause.occurred_at = e.occurred_at AND cause.event_id = e.payload -> 'fields' ->> 'cause'
WHERE e.programme_id = %(programme_id)s AND e.member_id = %(member_id)s AND e.type = %(type)s
ORDER BY moved.member_seq

-- name: recorded_at
-- When an event of a member that occurred at an instant was recorded.
SELECT recorded_at FROM event
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s
    AND occurred_at = instant(%(occurred_at)s) AND event_id = %(event_id)s
