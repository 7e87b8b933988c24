-- name: told_to_member
-- What a member was told since a command, in order.
SELECT member_seq, name, payload FROM outbox JOIN member_identity i USING (programme_id, member_id)
WHERE programme_id = %(programme_id)s AND i.identity = %(member)s AND member_seq > %(since)s
    AND name = ANY(%(names)b::text[])
ORDER BY member_seq, row_no

-- name: told_too_late
-- Points that end later than they were to end, for a notice came too late; in the order in which that was found.
SELECT payload, recorded_at FROM outbox JOIN command USING (programme_id, member_id, member_seq)
WHERE programme_id = %(programme_id)s AND name = %(name)s
ORDER BY recorded_at, payload ->> 'member', member_seq, row_no
