-- name: reviewed
-- When history was looked through for the correction that is open; NULL: not yet. No row where none is open.
SELECT reviewed_at FROM open_correction WHERE programme_id = %(programme)s::uuid

-- name: differences
-- What it would change, in the order of members and currencies behind a place; of one member, if one is named.
SELECT member, currency, awarded, corrected FROM correction_difference
WHERE programme_id = %(programme)s::uuid AND (member, currency) > (%(behind_member)s, %(behind_currency)s)
    AND (%(member)s::text IS NULL OR member = %(member)s)
ORDER BY member, currency LIMIT %(most)s
