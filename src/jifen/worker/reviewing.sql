-- name: begin_review
-- The correction that was looked through is reviewed, if it is still the one that is open; no row if it is not.
UPDATE open_correction SET reviewed_at = instant(%(now)s)
WHERE programme_id = %(programme)s AND opened_at = instant(%(opened_at)s) RETURNING programme_id

-- name: forget_differences
-- What was found before.
DELETE FROM correction_difference WHERE programme_id = %(programme)s

-- name: insert_differences
-- Some of what it would change.
INSERT INTO correction_difference (programme_id, member, currency, awarded, corrected)
SELECT %(programme)s, member, currency, awarded, corrected
FROM unnest(%(members)s::text[], %(currencies)s::text[], %(awarded)s::bigint[], %(corrected)s::bigint[])
    AS found (member, currency, awarded, corrected)
