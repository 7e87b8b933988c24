-- name: change_of
-- What was done under an id, and what came of it.
SELECT currency, place, kind, asked, reason, units, units_left FROM stock_change
WHERE programme_id = %(programme_id)s AND change_id = %(id)s

-- name: lock_shelf
-- What is left of a reward at a place; whoever takes of it waits.
SELECT units_left FROM stock
WHERE programme_id = %(programme_id)s AND currency = %(reward)s AND place = %(place)s FOR UPDATE

-- name: put_on_shelf
-- What is left on a shelf, which is locked if it is there.
INSERT INTO stock (programme_id, currency, place, units_left)
VALUES (%(programme_id)s, %(reward)s, %(place)s, %(left)s)
ON CONFLICT (programme_id, currency, place) DO UPDATE SET units_left = excluded.units_left

-- name: last_change
-- The number and the digest of the last change.
SELECT change_no, digest FROM stock_change WHERE programme_id = %(programme_id)s ORDER BY change_no DESC LIMIT 1
