-- name: orders
-- Every order with the redemption, or the spin, that placed it, and what that issued of the order's reward.
SELECT placed.order_id, placed.member_id, placed.member_seq, reward::integer, quantity, fulfilled_by, approve_days::integer,
       within_days::integer, close_days::integer, forget_days::integer, placed_at, ready_at, placed.state::integer, remaining, due_at,
       closed_at, steps, command.recorded_at, command.key, command.body, command.answer ->> 'order',
       coalesce(command.answer -> 'spun' ->> 'order', ''),
       coalesce((
           SELECT sum(points) FROM posting
           WHERE posting.programme_id = %(programme_id)s AND posting.member_id = placed.member_id
               AND posting.member_seq = placed.member_seq AND posting.currency = placed.reward AND account = 1
       ), 0)::bigint
FROM reward_order placed
LEFT JOIN command ON command.programme_id = placed.programme_id AND command.member_id = placed.member_id
    AND command.member_seq = placed.member_seq
WHERE placed.programme_id = %(programme_id)s
ORDER BY placed.order_id

-- name: steps
-- Every step of an order, with its command, and what that issued and redeemed of the order's reward.
SELECT step.order_id, step_no, coalesce(command.kind, ''), coalesce(command.recorded_at, 'infinity'),
       coalesce(command.answer ->> 'order', ''), coalesce(command.body ->> 'of', ''),
       (command.body ->> 'ready')::bigint, moved.issued, moved.redeemed
FROM order_step step
LEFT JOIN reward_order placed ON placed.programme_id = step.programme_id AND placed.order_id = step.order_id
LEFT JOIN command ON command.programme_id = step.programme_id AND command.member_id = step.member_id
    AND command.member_seq = step.member_seq
LEFT JOIN LATERAL (
    SELECT coalesce(sum(points) FILTER (WHERE account = 1), 0)::bigint AS issued,
           coalesce(sum(points) FILTER (WHERE account = 2), 0)::bigint AS redeemed
    FROM posting
    WHERE posting.programme_id = %(programme_id)s AND posting.member_id = step.member_id
        AND posting.member_seq = step.member_seq AND posting.currency = placed.reward
) moved ON true
WHERE step.programme_id = %(programme_id)s
ORDER BY step.order_id, step_no

-- name: unnoted
-- Commands that placed an order, or took one further, of which no order tells; and steps that two of these tell of.
SELECT command.key
FROM command
LEFT JOIN (
    SELECT member_id, member_seq FROM reward_order WHERE programme_id = %(programme_id)s
    UNION ALL
    SELECT member_id, member_seq FROM order_step WHERE programme_id = %(programme_id)s
) told USING (member_id, member_seq)
WHERE command.programme_id = %(programme_id)s 
    AND kind IN ('redeem', 'spin', 'approve', 'reschedule', 'ship', 'close', 'pick_up', 'cancel', 'cancel_order', 'take_back')
    AND command.answer ->> 'order' IS NOT NULL
GROUP BY command.member_id, command.member_seq, command.key
HAVING count(told.member_seq) <> 1
