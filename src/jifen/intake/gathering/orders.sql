-- name: load_orders
-- Orders as they stand, and whether it is known where to send them.
SELECT order_id, member_id, member_seq, reward::integer, quantity, fulfilled_by, approve_days::integer,
       within_days::integer, close_days::integer, forget_days::integer, placed_at, ready_at, state::integer, remaining, due_at,
       closed_at, steps,
       EXISTS (
           SELECT FROM order_address
           WHERE order_address.programme_id = %(programme_id)s AND order_address.order_id = reward_order.order_id
       )
FROM reward_order
WHERE programme_id = %(programme_id)s AND order_id = ANY(%(order_ids)s::text[])

-- name: place_order
-- A new order; terms of fewer days than none are none, and what is ready at infinity needs no waiting.
INSERT INTO reward_order (programme_id, order_id, member_id, member_seq, reward, quantity, fulfilled_by, approve_days,
                          within_days, close_days, forget_days, placed_at, ready_at, state, remaining, due_at, closed_at, steps)
VALUES (%(programme_id)s, %(order_id)s, %(member_id)s, %(member_seq)s, %(reward)s, %(quantity)s, %(fulfilled_by)s,
        nullif(%(approve_days)s, -1), nullif(%(within_days)s, -1), %(close_days)s, %(forget_days)s,
        instant(%(placed_at)s), nullif(instant(%(ready_at)s), 'infinity'), %(state)s, %(remaining)s,
        instant(%(due_at)s), instant(%(closed_at)s), %(steps)s)

-- name: change_order
-- What became of an order.
UPDATE reward_order SET state = %(state)s, remaining = %(remaining)s, due_at = instant(%(due_at)s),
       closed_at = instant(%(closed_at)s), steps = %(steps)s, ready_at = nullif(instant(%(ready_at)s), 'infinity')
WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s

-- name: note_step
-- By which command a step was taken.
INSERT INTO order_step (programme_id, order_id, step_no, member_id, member_seq)
VALUES (%(programme_id)s, %(order_id)s, %(step_no)s, %(member_id)s, %(member_seq)s)

-- name: due_orders
-- Orders of which time takes the next step by an instant, behind another one, in order.
SELECT order_id, state::integer, due_at FROM reward_order
WHERE programme_id = %(programme_id)s AND due_at <= instant(%(now)s) AND due_at < 'infinity'
    AND (due_at, order_id) > (instant(%(due_at)s), %(order_id)s)
ORDER BY due_at, order_id LIMIT %(most)s

-- name: first_due_order
-- When time next takes a step of any order.
SELECT min(due_at) FROM reward_order WHERE programme_id = %(programme_id)s AND due_at < 'infinity'
