-- name: known_codes
-- Which of some codes the programme has, in which pool, and where they came from.
SELECT digest, pool, source_id, source_row FROM code
WHERE programme_id = %(programme_id)s AND digest = ANY(%(digests)b::bytea[])

-- name: last_number
-- The number of the last code that came.
SELECT coalesce(max(code_no), 0) FROM code WHERE programme_id = %(programme_id)s

-- name: last_row
-- The last row of a source that was put in.
SELECT coalesce(max(source_row), 0) FROM code
WHERE programme_id = %(programme_id)s AND pool = %(pool)s AND source_id = %(source_id)s
