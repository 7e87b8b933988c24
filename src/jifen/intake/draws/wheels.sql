-- name: lock_rounds
-- The open rounds of draws; whoever else spins or closes them waits.
SELECT draw, round_no, seed, prizes::text, budget::text, given, spins FROM draw_round
WHERE programme_id = %(programme_id)s AND draw = ANY(%(draws)b::text[]) AND closed_at = 'infinity'
ORDER BY draw FOR UPDATE

-- name: read_rounds
-- The open rounds of draws.
SELECT draw, round_no, seed, prizes::text, budget::text, given, spins FROM draw_round
WHERE programme_id = %(programme_id)s AND draw = ANY(%(draws)b::text[]) AND closed_at = 'infinity'

-- name: spins_of_members
-- How often members have spun the rounds that are open.
SELECT s.draw, s.member_id, max(s.spin_no)
FROM draw_round r
JOIN draw_spin s ON s.programme_id = r.programme_id AND (s.draw, s.round_no) = (r.draw, r.round_no)
WHERE r.programme_id = %(programme_id)s AND r.draw = ANY(%(draws)b::text[]) AND r.closed_at = 'infinity'
  AND s.member_id = ANY(%(members)b::uuid[])
GROUP BY s.draw, s.member_id

-- name: note_given
-- What a round has given so far.
UPDATE draw_round SET given = %(given)b::bigint[], spins = %(spins)s
WHERE programme_id = %(programme_id)s AND draw = %(draw)s AND round_no = %(round_no)s

-- name: keep_spins
-- What a batch has spun of a round.
INSERT INTO draw_spin (programme_id, draw, round_no, place, member_id, member_seq, spin_no, drawn, given, free_day)
SELECT %(programme_id)s, %(draw)s, %(round_no)s, made.*
FROM unnest(%(places)b::bigint[], %(members)b::uuid[], %(member_seqs)b::bigint[], %(spin_nos)b::integer[],
            %(drawn)b::smallint[], %(given)b::smallint[], %(free_days)b::integer[]) AS made
