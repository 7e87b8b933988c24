-- name: last_round
-- The number of a draw's last round, and whether it is open.
SELECT round_no, closed_at = 'infinity' FROM draw_round
WHERE programme_id = %(programme_id)s AND draw = %(draw)s ORDER BY round_no DESC LIMIT 1

-- name: open_round
-- A round, promised by the digest of its seed.
INSERT INTO draw_round (programme_id, draw, round_no, commitment, seed, prizes, budget, given, spins, opened_at,
                        closed_at)
VALUES (%(programme_id)s, %(draw)s, %(round_no)s, %(commitment)s, %(seed)s, %(prizes)s::json, %(budget)s::json,
        %(given)b::bigint[], 0, instant(%(now)s), 'infinity')

-- name: open_rounds
-- The draws of which a round is open, and since when.
SELECT draw, opened_at FROM draw_round WHERE programme_id = %(programme_id)s AND closed_at = 'infinity'

-- name: lock_round
-- The open round of a draw; whoever spins it waits.
SELECT round_no, commitment, seed, prizes::text, given FROM draw_round
WHERE programme_id = %(programme_id)s AND draw = %(draw)s AND closed_at = 'infinity' FOR UPDATE

-- name: close_round
-- Shows the seed, behind which nobody spins.
UPDATE draw_round SET seed = %(seed)s, closed_at = instant(%(now)s)
WHERE programme_id = %(programme_id)s AND draw = %(draw)s AND round_no = %(round_no)s
