-- name: free_days
-- How many free spins members had since a day, by day.
SELECT draw, member_id, free_day, count(*) FROM draw_spin
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(members)b::uuid[]) AND draw = ANY(%(draws)b::text[])
  AND free_day > 0 AND free_day >= %(since)s
GROUP BY draw, member_id, free_day
