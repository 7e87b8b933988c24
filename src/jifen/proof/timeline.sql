-- name: zone_and_money
-- What no version may change.
SELECT timezone, money FROM programme WHERE programme_id = %(programme_id)s

-- name: currencies
-- The numbers of currencies.
SELECT currency::integer, id FROM currency WHERE programme_id = %(programme_id)s ORDER BY currency
