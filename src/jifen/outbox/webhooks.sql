-- name: insert_webhook
-- A new webhook; no row if there is one of that name.
INSERT INTO webhook (programme_id, webhook_id, url, kinds, description, created_at, position)
VALUES (%(programme)s, %(webhook)s, %(url)s, %(kinds)s, %(description)s, instant(%(now)s), %(position)s)
ON CONFLICT DO NOTHING RETURNING webhook_id

-- name: webhooks_of
-- The webhooks of a programme by age, or the one that is named.
SELECT w.webhook_id, w.url, w.kinds, w.description, w.created_at, w.position, w.failing_since, w.disabled_at,
       w.disabled_why,
       (SELECT count(*) FROM webhook_delivery d WHERE d.programme_id = %(programme)s AND d.webhook_id = w.webhook_id
           AND d.state = 'waiting'),
       (SELECT count(*) FROM webhook_delivery d WHERE d.programme_id = %(programme)s AND d.webhook_id = w.webhook_id
           AND d.state = 'dead')
FROM webhook w WHERE w.programme_id = %(programme)s AND (%(webhook)s::text IS NULL OR w.webhook_id = %(webhook)s)
ORDER BY w.created_at, w.webhook_id

-- name: change_webhook
-- Where it is, what it is told, and whether.
UPDATE webhook SET url = %(url)s, kinds = %(kinds)s, description = %(description)s,
    disabled_at = CASE WHEN %(enabled)s THEN NULL ELSE coalesce(disabled_at, instant(%(now)s)) END,
    disabled_why = CASE WHEN %(enabled)s THEN NULL ELSE coalesce(disabled_why, 'asked') END,
    failing_since = CASE WHEN %(enabled)s AND disabled_at IS NOT NULL THEN NULL ELSE failing_since END
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s

-- name: delete_webhook
-- A webhook with its secrets and its log; no row if there is none.
DELETE FROM webhook WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s RETURNING webhook_id

-- name: end_secrets
-- The secrets there are end at an instant, or where they end before.
UPDATE webhook_secret SET expires_at = least(expires_at, instant(%(until)s))
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s

-- name: forget_secrets
-- Secrets that have ended.
DELETE FROM webhook_secret
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND expires_at <= instant(%(now)s)

-- name: insert_secret
-- A new secret.
INSERT INTO webhook_secret (programme_id, webhook_id, made_at, expires_at, secret)
VALUES (%(programme)s, %(webhook)s, clock_timestamp(), 'infinity', %(secret)s)

-- name: secrets_of
-- What messages are signed with now, the newest first.
SELECT secret FROM webhook_secret
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND expires_at > instant(%(now)s)
ORDER BY made_at DESC

-- name: replay_after
-- Everything behind a position is to be sent again, in order.
WITH again AS (
    UPDATE webhook_delivery SET state = 'replayed', failures = 0, next_attempt_at = 'infinity'
    WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s AND position > %(after)s
)
UPDATE webhook SET position = least(position, %(after)s) WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s

-- name: replay_some
-- One delivery, or all that are dead, are to be sent again now; how many.
UPDATE webhook_delivery SET state = 'waiting', failures = 0, next_attempt_at = instant(%(now)s)
WHERE programme_id = %(programme)s AND webhook_id = %(webhook)s
    AND CASE WHEN %(position)s::bigint IS NULL THEN state = 'dead' ELSE position = %(position)s END
RETURNING position
