-- name: members_with_states
-- Every member's name and balances in some currencies by their number, and the state behind the last event with the
-- layout it was written in.
SELECT external_id, (
    SELECT array_agg(ARRAY[b.currency, b.points]) FROM balance b
    WHERE b.programme_id = %(programme_id)s AND b.member_id = m.member_id
        AND b.currency = ANY(%(currencies)b::smallint[])
), member_id, generation, state FROM member m WHERE programme_id = %(programme_id)s
