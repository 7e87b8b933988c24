-- name: make_secret
-- What a programme's codes are digested with, where it has nothing yet.
INSERT INTO code_secret (programme_id, secret) VALUES (%(programme_id)s, %(secret)s) ON CONFLICT DO NOTHING

-- name: lock_secret
-- The same; whoever else puts codes into its pools waits.
SELECT secret FROM code_secret WHERE programme_id = %(programme_id)s FOR UPDATE

-- name: read_secret
-- What the codes of a programme are digested with.
SELECT secret FROM code_secret WHERE programme_id = %(programme_id)s
