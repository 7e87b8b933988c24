-- name: events_nobody_sent
-- Deeds of others that a member was told of, with whose they are, and days of the member that came.
SELECT event_id, type, local_date - DATE '1970-01-01',
       coalesce(payload -> 'fields' ->> 'friend', payload -> 'fields' ->> 'doer')
FROM event
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid
    AND type = ANY(%(types)b::text[])
