-- name: open_rounds
-- The rounds that may be spun.
SELECT draw, round_no FROM draw_round WHERE programme_id = %(programme_id)s AND closed_at = 'infinity'
