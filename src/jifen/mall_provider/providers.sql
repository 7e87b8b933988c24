-- name: insert_provider
-- A new provider; no row if there is one of that name.
INSERT INTO mall_provider (programme_id, provider_id, app_key, login_url, currency, may, skew_minutes, hold_hours, made_at,
    made_by)
VALUES (%(programme)s, %(provider)s, %(app_key)s, %(login_url)s, %(currency)s, %(may)s, %(skew_minutes)s, %(hold_hours)s,
    instant(%(now)s), %(actor)s)
ON CONFLICT DO NOTHING RETURNING provider_id

-- name: providers_of
-- The providers of a programme by age, or the one that is named.
SELECT provider_id, app_key, login_url, currency, may, skew_minutes, hold_hours, made_at, made_by, revoked_at, revoked_by
FROM mall_provider
WHERE programme_id = %(programme)s AND (%(provider)s::text IS NULL OR provider_id = %(provider)s)
ORDER BY made_at, provider_id

-- name: change_provider
-- Other terms of a provider; no row if it is believed no more.
UPDATE mall_provider SET app_key = %(app_key)s, login_url = %(login_url)s, may = %(may)s, skew_minutes = %(skew_minutes)s,
       hold_hours = %(hold_hours)s
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND revoked_at IS NULL
RETURNING provider_id

-- name: revoke_provider
-- From now on it is not believed any more; no row if it was not.
UPDATE mall_provider SET revoked_at = instant(%(now)s), revoked_by = %(actor)s
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND revoked_at IS NULL
RETURNING provider_id

-- name: end_secrets
-- The secrets there are end at an instant, or where they end before.
UPDATE mall_provider_secret SET expires_at = least(expires_at, instant(%(until)s))
WHERE programme_id = %(programme)s AND provider_id = %(provider)s

-- name: forget_secrets
-- Secrets that have ended.
DELETE FROM mall_provider_secret
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND expires_at <= instant(%(now)s)

-- name: insert_secret
-- A new secret.
INSERT INTO mall_provider_secret (programme_id, provider_id, made_at, made_by, expires_at, secret)
VALUES (%(programme)s, %(provider)s, clock_timestamp(), %(actor)s, 'infinity', %(secret)s)

-- name: secrets_of
-- What is signed with now, the newest first.
SELECT secret FROM mall_provider_secret
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND expires_at > instant(%(now)s)
ORDER BY made_at DESC
