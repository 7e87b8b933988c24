-- name: events_nobody_sent
-- Deeds of friends that a member was told of, with the friend, and days of the member that came.
SELECT event_id, type, local_date - DATE '1970-01-01', payload -> 'fields' ->> 'friend' FROM event
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid
    AND type = ANY(%(types)s)
