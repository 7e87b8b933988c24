-- name: order_to_send
-- Whether an order is to be sent, whether it is under way at all, and who acts for whoever placed it.
SELECT fulfilled_by = 'shipping' AND placed.state < 2, placed.state < 3, acting.external_id
FROM reward_order placed
JOIN member ON member.programme_id = placed.programme_id AND member.member_id = placed.member_id
JOIN member_identity named ON named.programme_id = placed.programme_id AND named.identity = member.external_id
JOIN member acting ON acting.programme_id = placed.programme_id AND acting.member_id = named.member_id
WHERE placed.programme_id = %(programme_id)s AND order_id = %(order_id)s

-- name: keep_address
-- Where to send an order, in place of what was said before.
INSERT INTO order_address (programme_id, order_id, address, written_at)
VALUES (%(programme_id)s, %(order_id)s, %(address)s, instant(%(now)s))
ON CONFLICT (programme_id, order_id) DO UPDATE SET address = excluded.address, written_at = excluded.written_at

-- name: address
-- Where to send an order, as it is kept.
SELECT address FROM order_address WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s

-- name: addresses_to_forget
-- Orders of all programmes that ended as many days ago as they promised, and of which an address is kept.
SELECT placed.programme_id, array_agg(placed.order_id)
FROM order_address
JOIN reward_order placed
    ON placed.programme_id = order_address.programme_id AND placed.order_id = order_address.order_id
WHERE placed.closed_at < 'infinity' AND placed.closed_at <= instant(%(now)s) - placed.forget_days * interval '1 day'
GROUP BY placed.programme_id

-- name: forget_addresses
-- The addresses of some orders.
DELETE FROM order_address WHERE programme_id = %(programme_id)s AND order_id = ANY(%(orders)s)
