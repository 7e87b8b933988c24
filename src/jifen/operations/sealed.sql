-- name: webhook_secrets
-- The secrets of webhooks as they are kept, and what each belongs to.
SELECT programme_id, webhook_id, made_at, secret FROM webhook_secret ORDER BY programme_id, webhook_id, made_at

-- name: reseal_webhook
-- One of them, kept otherwise, where it is still that one.
UPDATE webhook_secret SET secret = %(sealed)s
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND made_at = instant(%(made_at)s) AND secret = %(kept)s

-- name: mall_secrets
-- The secrets of mall providers as they are kept, and what each belongs to.
SELECT programme_id, provider_id, made_at, secret FROM mall_provider_secret
ORDER BY programme_id, provider_id, made_at

-- name: reseal_mall
-- One of them, kept otherwise, where it is still that one.
UPDATE mall_provider_secret SET secret = %(sealed)s
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND made_at = instant(%(made_at)s) AND secret = %(kept)s

-- name: token_secrets
-- The secrets that sign for members as they are kept, and what each belongs to.
SELECT programme_id, secret_id, secret FROM token_secret ORDER BY programme_id, secret_id

-- name: reseal_tokens
-- One of them, kept otherwise.
UPDATE token_secret SET secret = %(sealed)s
WHERE programme_id = %(programme)s AND secret_id = %(secret_id)s AND secret = %(kept)s
