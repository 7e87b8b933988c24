-- name: insert_key
-- A new key of a programme; no row if another one of that name is in force. What takes the place of a key bears its name.
INSERT INTO api_key (programme_id, key_id, digest, name, scopes, commands_per_minute, created_at, made_by, expires_at)
SELECT %(programme)s, %(key_id)s, %(digest)s, %(name)s, %(scopes)s, %(commands_per_minute)s,
    instant(%(now)s), %(made_by)s, instant(%(expires_at)s)
WHERE NOT EXISTS (
    SELECT FROM api_key WHERE programme_id = %(programme)s AND name = %(name)s AND revoked_at IS NULL
        AND expires_at > instant(%(now)s) AND key_id IS DISTINCT FROM %(in_place_of)s)
RETURNING key_id

-- name: key_by_id
-- A key with its digest, and the programme that it opens.
SELECT k.digest, k.key_id, k.name, p.slug, k.scopes, k.commands_per_minute, k.created_at, k.made_by, k.expires_at,
    k.last_used_at, k.revoked_at, k.revoked_by
FROM api_key k JOIN programme p USING (programme_id) WHERE k.key_id = %(key_id)s

-- name: keys_of_programme
-- The keys of a programme, oldest first.
SELECT k.key_id, k.name, p.slug, k.scopes, k.commands_per_minute, k.created_at, k.made_by, k.expires_at,
    k.last_used_at, k.revoked_at, k.revoked_by
FROM api_key k JOIN programme p USING (programme_id)
WHERE k.programme_id = %(programme)s ORDER BY k.created_at, k.key_id

-- name: revoke_key
-- From now on the key opens nothing; no row if there is none such in force.
UPDATE api_key SET revoked_at = instant(%(now)s), revoked_by = %(actor)s
WHERE programme_id = %(programme)s AND key_id = %(key_id)s AND revoked_at IS NULL
RETURNING name

-- name: end_key
-- The key opens nothing from an instant on, unless it ends before.
UPDATE api_key SET expires_at = least(expires_at, instant(%(expires_at)s))
WHERE programme_id = %(programme)s AND key_id = %(key_id)s

-- name: mark_used
-- When a key was last used.
UPDATE api_key SET last_used_at = instant(%(now)s) WHERE key_id = %(key_id)s
