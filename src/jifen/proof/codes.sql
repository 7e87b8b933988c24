-- name: named
-- Codes that a redemption names and that did not come with it, and codes that came with one that does not name them.
SELECT code_no, named.key, issued.key
FROM (
    SELECT c.programme_id, c.member_id, c.member_seq, c.key, n.number::bigint AS code_no
    FROM command c CROSS JOIN LATERAL json_array_elements_text(c.answer -> 'codes') AS n (number)
    WHERE c.programme_id = %(programme)s::uuid AND c.kind = 'redeem'
) named
FULL JOIN (
    SELECT c.programme_id, c.member_id, c.member_seq, c.key, code.code_no
    FROM code JOIN command c ON c.programme_id = code.programme_id AND c.member_id = code.member_id AND c.member_seq = code.lot_seq
    WHERE code.programme_id = %(programme)s::uuid AND c.kind = 'redeem'
) issued USING (programme_id, member_id, member_seq, code_no)
WHERE named.key IS NULL OR issued.key IS NULL
ORDER BY 1

-- name: units
-- Codes of lots that there are not, or that have fewer units to come with one: what settled a debt, or had ended when it
-- was issued, has none. And lots of redemptions of which a unit has no code while others have.
SELECT of_lot.code_no, of_lot.most + 1, coalesce(l.granted - gone.points, 0)
FROM (
    SELECT programme_id, member_id, lot_seq, lot_row_no, min(code_no) AS code_no, max(unit_no) AS most, count(*) AS codes
    FROM code WHERE programme_id = %(programme)s::uuid AND member_id IS NOT NULL
    GROUP BY programme_id, member_id, lot_seq, lot_row_no
) of_lot
LEFT JOIN lot l ON l.programme_id = %(programme)s::uuid AND l.member_id = of_lot.member_id
               AND l.member_seq = of_lot.lot_seq AND l.row_no = of_lot.lot_row_no
LEFT JOIN command c ON c.programme_id = %(programme)s::uuid AND c.member_id = of_lot.member_id AND c.member_seq = of_lot.lot_seq
CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.points), 0)::bigint AS points FROM taking t
    WHERE t.programme_id = %(programme)s::uuid AND t.member_id = of_lot.member_id AND t.member_seq = of_lot.lot_seq
      AND t.lot_seq = of_lot.lot_seq AND t.lot_row_no = of_lot.lot_row_no
) gone
WHERE l.granted IS NULL OR of_lot.most >= l.granted - gone.points
   OR (c.kind = 'redeem' AND of_lot.codes <> l.granted - gone.points)
ORDER BY 1
