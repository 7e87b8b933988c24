-- name: arrived
-- Codes that came for rewards that had waited, with who acts for whose these are.
SELECT w.code_no, acting.external_id, l.currency::integer, c.key
FROM code_wanted w
JOIN lot l ON l.programme_id = %(programme_id)s AND l.member_id = w.member_id AND l.member_seq = w.lot_seq
          AND l.row_no = w.lot_row_no
JOIN command c ON c.programme_id = %(programme_id)s AND c.member_id = w.member_id AND c.member_seq = w.lot_seq
JOIN member m ON m.programme_id = %(programme_id)s AND m.member_id = w.member_id
JOIN member acting ON acting.programme_id = %(programme_id)s AND acting.member_id = m.survivor_id
WHERE w.programme_id = %(programme_id)s AND w.code_no IS NOT NULL
ORDER BY w.code_no LIMIT %(most)s

-- name: forget_arrived
-- Codes of which others have been told.
DELETE FROM code_wanted WHERE programme_id = %(programme_id)s AND code_no = ANY(%(numbers)b::bigint[])
