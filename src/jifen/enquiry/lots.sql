-- name: lots_page
-- Of a member's lots that hold points of some currencies the first behind one, in the order in which they were made.
SELECT member_seq, row_no, currency, funder, event_seq, granted, unit_price_micros, earned_at, available_at,
       expires_at, remaining, held
FROM lot
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND remaining > 0
    AND currency = ANY(%(currencies)b::smallint[]) AND (member_seq, row_no) > (%(seq)s::bigint, %(row_no)s::integer)
ORDER BY member_seq, row_no LIMIT %(most)s::bigint

-- name: keys_of_commands
-- The keys (kind/sender's id) of some commands of a member.
SELECT member_seq, key FROM command
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid
    AND member_seq = ANY(%(seqs)b::bigint[])

-- name: ending_page
-- The points of some currencies that no hold reserves, by when they end, the first behind an instant.
SELECT expires_at, currency, sum(remaining - held)::bigint FROM lot
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND remaining > held
    AND currency = ANY(%(currencies)b::smallint[])
    AND expires_at > instant(%(after)s) AND expires_at < 'infinity'
GROUP BY expires_at, currency ORDER BY expires_at, currency LIMIT %(most)s::bigint
