-- name: insert_key
-- A new key of a programme.
INSERT INTO api_key (programme_id, key_id, digest, name, scopes, created_at, expires_at)
VALUES (%(programme)s, %(key_id)s, %(digest)s, %(name)s, %(scopes)s, instant(%(now)s), instant(%(expires_at)s))

-- name: key_by_id
-- A key with its digest, and the programme that it opens.
SELECT k.digest, k.key_id, k.name, p.slug, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
FROM api_key k JOIN programme p USING (programme_id) WHERE k.key_id = %(key_id)s

-- name: keys_of_programme
-- The keys of a programme, oldest first.
SELECT k.key_id, k.name, p.slug, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
FROM api_key k JOIN programme p USING (programme_id)
WHERE k.programme_id = %(programme)s ORDER BY k.created_at, k.key_id

-- name: revoke_key
-- From now on the key opens nothing; no row if there is none such in force.
UPDATE api_key SET revoked_at = instant(%(now)s)
WHERE programme_id = %(programme)s AND key_id = %(key_id)s AND revoked_at IS NULL
RETURNING key_id

-- name: mark_used
-- When a key was last used, to the minute: a busy key is not written at every request.
UPDATE api_key SET last_used_at = instant(%(now)s)
WHERE key_id = %(key_id)s AND (last_used_at IS NULL OR last_used_at < instant(%(now)s) - interval '1 minute')
