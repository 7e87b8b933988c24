-- name: lock_shelves
-- What is left of rewards at places; whoever else takes of them waits. A shelf that is sold out is locked only where
-- something comes back to it, so that saying no waits for nobody.
SELECT s.currency, s.place, s.units_left
FROM unnest(%(rewards)b::smallint[], %(places)b::text[], %(coming_back)b::boolean[]) AS asked (currency, place, coming_back)
JOIN stock s ON s.programme_id = %(programme_id)s AND s.currency = asked.currency AND s.place = asked.place
WHERE s.units_left > 0 OR asked.coming_back
ORDER BY s.currency, s.place FOR UPDATE OF s

-- name: read_shelves
-- What is left of rewards at places.
SELECT s.currency, s.place, s.units_left
FROM unnest(%(rewards)b::smallint[], %(places)b::text[], %(coming_back)b::boolean[]) AS asked (currency, place, coming_back)
JOIN stock s ON s.programme_id = %(programme_id)s AND s.currency = asked.currency AND s.place = asked.place

-- name: taken_from
-- From where redemptions took their units.
SELECT k.key, t.currency, t.place
FROM command_key k
JOIN stock_movement t ON t.programme_id = %(programme_id)s AND (t.member_id, t.member_seq) = (k.member_id, k.member_seq)
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[])

-- name: won_from
-- Of which rewards the units lay aside that spins won.
SELECT k.key, r.prizes -> s.given::integer -> 'gift' ->> 'currency'
FROM command_key k
JOIN draw_spin s ON s.programme_id = %(programme_id)s AND (s.member_id, s.member_seq) = (k.member_id, k.member_seq)
JOIN draw_round r ON r.programme_id = %(programme_id)s AND (r.draw, r.round_no) = (s.draw, s.round_no)
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[])
    AND (r.prizes -> s.given::integer ->> 'counted')::boolean

-- name: move_units
-- What a batch took from shelves and gave back, all of a shelf at once, under a lock that lasts until it commits. Where
-- less is left behind it than it counted on (more than `floors`) it is set below zero, which the table refuses.
WITH behind AS MATERIALIZED (
    SELECT s.currency, s.place, s.units_left + moved.units AS units_left, moved.least
    FROM unnest(%(rewards)b::smallint[], %(places)b::text[], %(units)b::bigint[], %(floors)b::bigint[])
        AS moved (currency, place, units, least)
    JOIN stock s ON s.programme_id = %(programme_id)s AND s.currency = moved.currency AND s.place = moved.place
    ORDER BY s.currency, s.place FOR UPDATE OF s
)
UPDATE stock s SET units_left = CASE WHEN behind.units_left > behind.least THEN behind.units_left ELSE -1 END
FROM behind
WHERE s.programme_id = %(programme_id)s AND s.currency = behind.currency AND s.place = behind.place
