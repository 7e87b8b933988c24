-- name: signing_secret
-- The secret that signs for a programme now.
SELECT secret_id, secret FROM token_secret
WHERE programme_id = %(programme)s AND made_at > instant(%(since)s) ORDER BY made_at DESC LIMIT 1

-- name: insert_secret
-- A new secret.
INSERT INTO token_secret (programme_id, secret_id, secret, made_at)
VALUES (%(programme)s, %(secret_id)s, %(secret)s, instant(%(now)s))

-- name: forget_secrets
-- Forgets secrets of which nothing that they signed opens any more.
DELETE FROM token_secret WHERE programme_id = %(programme)s AND made_at < instant(%(before)s)

-- name: who_acts
-- The member whom a name leads to, unless nobody bears it.
SELECT m.member_id, m.external_id FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme)s AND i.identity = %(identity)s

-- name: token_parts
-- The secret that signed a token, and the member's name, where they act for themself and the key is of the same programme.
SELECT s.secret, m.external_id, s.programme_id
FROM token_secret s
JOIN api_key k ON k.programme_id = s.programme_id AND k.key_id = %(key_id)s
JOIN member m ON m.programme_id = s.programme_id AND m.member_id = %(member_id)s AND m.survivor_id = m.member_id
WHERE s.secret_id = %(secret_id)s
