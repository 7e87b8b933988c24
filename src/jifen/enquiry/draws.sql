-- name: rounds
-- The last rounds of lucky draws, the newest first; a seed only once its round is closed.
SELECT draw, round_no, commitment, CASE WHEN closed_at < 'infinity' THEN seed END, prizes::text, budget::text, given, spins, opened_at,
       nullif(closed_at, 'infinity')
FROM draw_round WHERE programme_id = %(programme_id)s AND draw = ANY(%(draws)b::text[])
  AND round_no = coalesce(%(round_no)s, round_no)
ORDER BY draw, round_no DESC LIMIT %(most)s

-- name: spins
-- The spins of a round, in order.
SELECT m.external_id, s.spin_no, s.drawn, s.given
FROM draw_spin s
JOIN member m ON m.programme_id = %(programme_id)s AND m.member_id = s.member_id
WHERE s.programme_id = %(programme_id)s AND s.draw = %(draw)s AND s.round_no = %(round_no)s
ORDER BY s.place
