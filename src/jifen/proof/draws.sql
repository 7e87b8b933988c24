-- name: rounds
-- The rounds of lucky draws, in order.
SELECT draw, round_no, commitment, seed, prizes::text, budget::text, given, spins, closed_at = 'infinity' FROM draw_round
WHERE programme_id = %(programme)s::uuid ORDER BY draw, round_no

-- name: spins
-- The spins of a round in order: whose, what is kept of them, what the journal answered, and what was taken and given; and
-- of the order of a prize how many went again, and came back to stock.
SELECT s.place, m.external_id, s.member_seq, s.spin_no, s.drawn, s.given, s.free_day, c.kind, c.key, c.answer::text,
       c.recorded_at, coalesce(p.moved, '{}'), o.quantity - o.remaining, back.units
FROM draw_spin s
LEFT JOIN member m ON m.programme_id = %(programme)s::uuid AND m.member_id = s.member_id
LEFT JOIN command c ON c.programme_id = %(programme)s::uuid AND (c.member_id, c.member_seq) = (s.member_id, s.member_seq)
LEFT JOIN LATERAL (
    SELECT array_agg(ARRAY[account, currency, points] ORDER BY account, currency, points) AS moved FROM posting
    WHERE programme_id = %(programme)s::uuid AND (member_id, member_seq) = (s.member_id, s.member_seq)
      AND account IN (%(issued)s, %(redeemed)s)
) p ON true
LEFT JOIN reward_order o ON o.programme_id = %(programme)s::uuid AND o.order_id = %(of_prizes)s || substr(c.key, 6)
LEFT JOIN LATERAL (
    SELECT coalesce(sum(units), 0)::bigint AS units FROM order_step t
    JOIN stock_movement v ON v.programme_id = %(programme)s::uuid AND (v.member_id, v.member_seq) = (t.member_id, t.member_seq)
    WHERE t.programme_id = %(programme)s::uuid AND t.order_id = o.order_id
) back ON true
WHERE s.programme_id = %(programme)s::uuid AND s.draw = %(draw)s AND s.round_no = %(round_no)s
ORDER BY s.place

-- name: laid_aside
-- What a round took off the shelf and put back.
SELECT change_id, currency, place, units FROM stock_change
WHERE programme_id = %(programme)s::uuid AND starts_with(change_id, %(prefix)s)

-- name: unkept
-- Spins of the journal that no round knows.
SELECT c.key FROM command c
WHERE c.programme_id = %(programme)s::uuid AND c.kind = 'spin' AND c.answer ->> 'state' IS DISTINCT FROM 'refused'
  AND NOT EXISTS (
    SELECT FROM draw_spin s WHERE s.programme_id = %(programme)s::uuid
      AND (s.member_id, s.member_seq) = (c.member_id, c.member_seq))
