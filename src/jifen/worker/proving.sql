-- name: proved_at
-- When a programme was last proved, whatever came of it.
SELECT proved_at FROM last_proof WHERE programme_id = %(programme)s
