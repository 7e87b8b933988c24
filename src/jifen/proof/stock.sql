-- name: levels
-- Places where another number is left than came and did not go, or where nothing was ever put in.
SELECT coalesce(kept.currency, moved.currency), coalesce(kept.place, moved.place), kept.units_left, moved.units
FROM (SELECT currency, place, units_left FROM stock WHERE programme_id = %(programme)s::uuid) kept
FULL JOIN (
    SELECT currency, place, sum(units)::bigint AS units, bool_or(put_in) AS put_in
    FROM (
        SELECT currency, place, units, true AS put_in FROM stock_change WHERE programme_id = %(programme)s::uuid
        UNION ALL
        SELECT currency, place, units, false FROM stock_movement WHERE programme_id = %(programme)s::uuid
    ) AS every
    GROUP BY currency, place
) moved ON kept.currency = moved.currency AND kept.place = moved.place
WHERE kept.units_left IS DISTINCT FROM moved.units OR NOT moved.put_in
