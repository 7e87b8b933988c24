-- name: orders
-- Orders as they stand, with who acts for whoever placed them, oldest first, behind another one.
SELECT order_id, acting.external_id, reward::integer, quantity, remaining, fulfilled_by, placed.state::integer,
       EXISTS (
           SELECT FROM order_address
           WHERE order_address.programme_id = %(programme_id)s AND order_address.order_id = placed.order_id
       ),
       placed_at, due_at, closed_at
FROM reward_order placed
JOIN member ON member.programme_id = placed.programme_id AND member.member_id = placed.member_id
JOIN member_identity named ON named.programme_id = placed.programme_id AND named.identity = member.external_id
JOIN member acting ON acting.programme_id = placed.programme_id AND acting.member_id = named.member_id
WHERE placed.programme_id = %(programme_id)s
    AND placed.state = ANY(%(states)s::smallint[])
    AND (%(member)s::text IS NULL OR named.member_id = (
        SELECT member_id FROM member_identity
        WHERE member_identity.programme_id = %(programme_id)s AND identity = %(member)s
    ))
    AND (%(behind)s = '' OR (placed_at, order_id) > (
        SELECT placed_at, order_id FROM reward_order
        WHERE reward_order.programme_id = %(programme_id)s AND reward_order.order_id = %(behind)s
    ))
ORDER BY placed_at, order_id LIMIT %(most)s

-- name: order
-- An order as it stands.
SELECT order_id, acting.external_id, reward::integer, quantity, remaining, fulfilled_by, placed.state::integer,
       EXISTS (
           SELECT FROM order_address
           WHERE order_address.programme_id = %(programme_id)s AND order_address.order_id = placed.order_id
       ),
       placed_at, due_at, closed_at
FROM reward_order placed
JOIN member ON member.programme_id = placed.programme_id AND member.member_id = placed.member_id
JOIN member_identity named ON named.programme_id = placed.programme_id AND named.identity = member.external_id
JOIN member acting ON acting.programme_id = placed.programme_id AND acting.member_id = named.member_id
WHERE placed.programme_id = %(programme_id)s AND order_id = %(order_id)s

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
