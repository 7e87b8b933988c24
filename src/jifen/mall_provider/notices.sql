-- name: hear_notice
-- Keep what is told of an order first; of what is told otherwise later, when that was. What stands then.
INSERT INTO mall_notice AS n (programme_id, provider_id, order_number, success, heard_at, tries, outcome, refusal)
VALUES (%(programme)s, %(provider)s, %(order)s, %(success)s, instant(%(now)s), 0, 'open', '')
ON CONFLICT (programme_id, provider_id, order_number) DO UPDATE
    SET contradicted_at = CASE WHEN n.success = excluded.success THEN n.contradicted_at
        ELSE coalesce(n.contradicted_at, excluded.heard_at) END
RETURNING success, tries, outcome

-- name: settle_notice
-- How it has ended, unless somebody has found so meanwhile.
UPDATE mall_notice SET outcome = %(outcome)s, refusal = %(refusal)s, tries = tries + %(refused)s
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND order_number = %(order)s
    AND tries = %(tries)s AND outcome = 'open'

-- name: is_failed
-- Whether an order was told to have failed.
SELECT FROM mall_notice
WHERE programme_id = %(programme)s AND provider_id = %(provider)s AND order_number = %(order)s AND NOT success

-- name: notices_of
-- What was told of orders, the last first: all of it, or what somebody has to look at.
SELECT order_number, success, heard_at, outcome, refusal, contradicted_at FROM mall_notice
WHERE programme_id = %(programme)s AND provider_id = %(provider)s
    AND (NOT %(open)s OR outcome = 'open' OR contradicted_at IS NOT NULL)
    AND (%(before)s::text IS NULL OR (heard_at, order_number) < (
        SELECT b.heard_at, b.order_number FROM mall_notice b
        WHERE b.programme_id = %(programme)s AND b.provider_id = %(provider)s AND b.order_number = %(before)s))
ORDER BY heard_at DESC, order_number DESC LIMIT %(most)s
