-- name: stock
-- What is left at every place, and what redemptions took there: all that an office put in and is not left.
SELECT s.currency, s.place, s.units_left,
       coalesce((
           SELECT sum(c.units) FROM stock_change c
           WHERE c.programme_id = %(programme_id)s AND c.currency = s.currency AND c.place = s.place
       ), 0)::bigint - s.units_left
FROM stock s WHERE s.programme_id = %(programme_id)s
