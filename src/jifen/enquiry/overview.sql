-- name: members_and_events
-- Members of a programme and the events in their histories.
SELECT count(*), coalesce(sum(events_evaluated), 0)::bigint FROM member WHERE programme_id = %(programme_id)s

-- name: points_by_currency
-- What was awarded less what was taken back, and what members hold now, by currency number.
SELECT currency, sum(lifetime)::bigint, sum(points)::bigint FROM balance
WHERE programme_id = %(programme_id)s GROUP BY currency

-- name: states
-- Every member with the state behind the last event, those with the longest histories first.
SELECT external_id, member_id, state FROM member WHERE programme_id = %(programme_id)s
ORDER BY events_evaluated DESC, external_id

-- name: richest_event
-- The latest of a member's events to which most rules gave something.
SELECT e.event_id FROM award a JOIN event e USING (programme_id, member_id, member_seq)
WHERE a.programme_id = %(programme_id)s AND a.member_id = %(member_id)s
ORDER BY octet_length(a.components) DESC, a.member_seq DESC LIMIT 1
