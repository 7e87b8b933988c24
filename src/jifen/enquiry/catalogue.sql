-- name: in_stock
-- How many units of each reward that is counted are left, at all places together.
SELECT currency, sum(units_left)::bigint FROM stock WHERE programme_id = %(programme_id)s GROUP BY currency

-- name: popular
-- By how many members of a tier, and of all, each reward was chosen lately, as it was counted last.
SELECT reward::integer, coalesce(max(members) FILTER (WHERE tier = %(tier)s), 0),
       coalesce(max(members) FILTER (WHERE tier = ''), 0)
FROM popular_reward WHERE programme_id = %(programme_id)s AND tier IN (%(tier)s, '') GROUP BY reward
