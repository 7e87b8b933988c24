-- name: events_nobody_sent
-- Deeds of others that a member was told of, with whose they are, and days of the member that came.
SELECT event_id, type, local_date - DATE '1970-01-01',
       coalesce(payload -> 'fields' ->> 'friend', payload -> 'fields' ->> 'doer')
FROM event
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid
    AND type = ANY(%(types)b::text[])

-- name: some_nobody_sent
-- The same of some events of the member.
SELECT event_id, type, local_date - DATE '1970-01-01',
       coalesce(payload -> 'fields' ->> 'friend', payload -> 'fields' ->> 'doer')
FROM event
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid
    AND type = ANY(%(types)b::text[])
    AND member_seq = ANY(%(seqs)b::bigint[])
