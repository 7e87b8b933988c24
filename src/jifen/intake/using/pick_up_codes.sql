-- name: order_to_pick_up
-- Whether an order is to be picked up, whether it is under way at all, and who acts for whoever placed it.
SELECT fulfilled_by = 'pick_up' AND placed.state < 2, placed.state < 3, acting.external_id
FROM reward_order placed
JOIN member ON member.programme_id = placed.programme_id AND member.member_id = placed.member_id
JOIN member_identity named ON named.programme_id = placed.programme_id AND named.identity = member.external_id
JOIN member acting ON acting.programme_id = placed.programme_id AND acting.member_id = named.member_id
WHERE placed.programme_id = %(programme_id)s AND order_id = %(order_id)s
FOR NO KEY UPDATE OF placed

-- name: code
-- The code of an order as it is kept, and where it is good.
SELECT code, shop FROM pick_up_code WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s

-- name: keep_code
-- A new code, in place of another.
INSERT INTO pick_up_code (programme_id, order_id, code, shop, tries, made_at)
VALUES (%(programme_id)s, %(order_id)s, %(code)s, %(shop)s, 0, instant(%(now)s))
ON CONFLICT (programme_id, order_id) DO UPDATE
    SET code = excluded.code, shop = excluded.shop, tries = 0, made_at = excluded.made_at

-- name: try_code
-- Counts a try, and tells the code; nothing where there is none, or too many were in vain.
UPDATE pick_up_code SET tries = tries + 1
WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s AND tries < %(most)s
RETURNING code, shop

-- name: forget_tries
-- Who knows the code has not been guessing.
UPDATE pick_up_code SET tries = 0 WHERE programme_id = %(programme_id)s AND order_id = %(order_id)s
