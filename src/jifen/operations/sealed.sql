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

-- name: code_secrets
-- With what codes are digested, as it is kept.
SELECT programme_id, secret FROM code_secret ORDER BY programme_id

-- name: reseal_code_secret
-- One of them, kept otherwise.
UPDATE code_secret SET secret = %(sealed)s WHERE programme_id = %(programme)s AND secret = %(kept)s

-- name: codes_by_key
-- For each key by which codes are sealed, and for those that lie open: one of them, and how many there are.
SELECT c.programme_id, c.digest, c.sealed, alike.codes
FROM (
    SELECT programme_id, min(code_no) AS code_no, count(*) AS codes FROM code
    GROUP BY programme_id, CASE WHEN substring(sealed FOR 8) = '\x007365616c656431'::bytea THEN substring(sealed FOR 16) END
) alike
JOIN code c ON c.programme_id = alike.programme_id AND c.code_no = alike.code_no
ORDER BY c.programme_id, c.code_no

-- name: some_codes
-- The next codes of all programmes, in order.
SELECT programme_id, code_no, digest, sealed FROM code
WHERE (programme_id, code_no) > (%(programme)s, %(code_no)s) ORDER BY programme_id, code_no LIMIT %(most)s

-- name: reseal_codes
-- Codes of a programme, kept otherwise.
UPDATE code c SET sealed = new.sealed
FROM unnest(%(numbers)b::bigint[], %(sealed)b::bytea[]) AS new (code_no, sealed)
WHERE c.programme_id = %(programme)s AND c.code_no = new.code_no

-- name: addresses
-- Where orders are to be sent, as it is kept.
SELECT programme_id, order_id, address FROM order_address ORDER BY programme_id, order_id

-- name: reseal_address
-- One of them, kept otherwise.
UPDATE order_address SET address = %(sealed)s
WHERE programme_id = %(programme)s AND order_id = %(order)s AND address = %(kept)s

-- name: pick_up_codes
-- With what orders are picked up, as it is kept.
SELECT programme_id, order_id, code FROM pick_up_code ORDER BY programme_id, order_id

-- name: reseal_pick_up_code
-- One of them, kept otherwise.
UPDATE pick_up_code SET code = %(sealed)s
WHERE programme_id = %(programme)s AND order_id = %(order)s AND code = %(kept)s

-- name: draw_seeds
-- The seeds of open rounds of lucky draws as they are kept; those of closed ones are for everybody.
SELECT programme_id, draw, round_no, seed FROM draw_round WHERE closed_at = 'infinity'
ORDER BY programme_id, draw

-- name: reseal_draw_seed
-- One of them, kept otherwise, where the round is open still.
UPDATE draw_round SET seed = %(sealed)s
WHERE programme_id = %(programme)s AND draw = %(draw)s AND round_no = %(round_no)s AND seed = %(kept)s
  AND closed_at = 'infinity'
