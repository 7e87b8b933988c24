-- name: orders_to_send
-- So many orders that may be sent and of which it is known where to, oldest first, behind one of any state where it is
-- said.
SELECT placed.order_id FROM reward_order placed
JOIN order_address ON order_address.programme_id = placed.programme_id AND order_address.order_id = placed.order_id
WHERE placed.programme_id = %(programme_id)s AND placed.state = 1 AND fulfilled_by = 'shipping'
    AND (ready_at IS NULL OR ready_at <= instant(%(now)s))
    AND (%(behind)s::text IS NULL OR (placed_at, placed.order_id) > (
        SELECT last.placed_at, last.order_id FROM reward_order last
        WHERE last.programme_id = %(programme_id)s AND last.order_id = %(behind)s))
ORDER BY placed_at, placed.order_id LIMIT %(most)s

-- name: shipments
-- Some of these orders with their addresses as they are kept: those that may still be sent, oldest first.
SELECT placed.order_id, reward::integer, remaining, placed_at, address FROM reward_order placed
JOIN order_address ON order_address.programme_id = placed.programme_id AND order_address.order_id = placed.order_id
WHERE placed.programme_id = %(programme_id)s AND placed.state = 1 AND placed.order_id = ANY(%(orders)b::text[])
ORDER BY placed_at, placed.order_id
