-- name: order_ids
-- The next orders of some states behind another one, oldest first.
SELECT found.order_id
FROM unnest(%(states)b::smallint[]) wanted (state)
CROSS JOIN LATERAL (
    SELECT order_id, placed_at FROM reward_order
    WHERE programme_id = %(programme_id)s AND reward_order.state = wanted.state
        AND (placed_at, order_id) > (
            CASE WHEN %(behind)s = '' THEN '-infinity' ELSE (
                SELECT placed_at FROM reward_order WHERE programme_id = %(programme_id)s AND order_id = %(behind)s
            ) END,
            %(behind)s
        )
    ORDER BY placed_at, order_id LIMIT %(most)s
) found
ORDER BY placed_at, order_id LIMIT %(most)s

-- name: order_ids_of_member
-- The next orders of some states behind another one that a member placed, under any of some numbers; oldest first.
SELECT order_id FROM reward_order
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(members)b::uuid[])
    AND state = ANY(%(states)b::smallint[])
    AND (placed_at, order_id) > (
        CASE WHEN %(behind)s = '' THEN '-infinity' ELSE (
            SELECT placed_at FROM reward_order WHERE programme_id = %(programme_id)s AND order_id = %(behind)s
        ) END,
        %(behind)s
    )
ORDER BY placed_at, order_id LIMIT %(most)s

-- name: member_called
-- Who is called so.
SELECT member_id FROM member_identity WHERE programme_id = %(programme_id)s AND identity = %(member)s

-- name: orders
-- Some orders as they stand, with who acts for whoever placed them, oldest first.
SELECT order_id, acting.external_id, reward::integer, quantity, remaining, fulfilled_by, placed.state::integer,
       EXISTS (
           SELECT FROM order_address
           WHERE order_address.programme_id = %(programme_id)s AND order_address.order_id = placed.order_id
       ),
       placed_at, ready_at, due_at, closed_at
FROM reward_order placed
JOIN member ON member.programme_id = placed.programme_id AND member.member_id = placed.member_id
JOIN member_identity named ON named.programme_id = placed.programme_id AND named.identity = member.external_id
JOIN member acting ON acting.programme_id = placed.programme_id AND acting.member_id = named.member_id
WHERE placed.programme_id = %(programme_id)s AND order_id = ANY(%(orders)b::text[])
ORDER BY placed_at, order_id

-- name: history
-- What was done about an order: its redemption, and each step.
SELECT kind, recorded_at, actor, answer ->> 'order', body
FROM (
    SELECT 0 AS step_no, member_id, member_seq FROM reward_order
    WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s
    UNION ALL
    SELECT step_no, member_id, member_seq FROM order_step
    WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s
) taken
JOIN command ON command.programme_id = %(programme_id)s AND command.member_id = taken.member_id
    AND command.member_seq = taken.member_seq
ORDER BY step_no
