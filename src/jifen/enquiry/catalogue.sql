-- name: in_stock
-- How many units of each reward that is counted are left, at all places together.
SELECT currency, sum(units_left)::bigint FROM stock WHERE programme_id = %(programme_id)s GROUP BY currency
