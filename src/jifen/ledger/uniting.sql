-- name: load_heirs
-- Lots of a member that came of another's, with that one's lot, what of each has expired (account 3), and what went back
-- for returns of the other's purchases (account 5); and whether it came since the two were last parted.
SELECT parent.member_seq, parent.row_no, parent.currency, parent.funder, parent.event_seq, parent.granted,
       parent.unit_price_micros, parent.earned_at, parent.available_at, parent.expires_at, parent.remaining, parent.held,
       child.member_seq, child.row_no, child.currency, child.funder, child.event_seq, child.granted,
       child.unit_price_micros, child.earned_at, child.available_at, child.expires_at, child.remaining, child.held,
       coalesce(gone.expired, 0)::bigint, coalesce(gone.brought_back, 0)::bigint,
       moving.member_seq > coalesce((
           SELECT max(parting.member_seq) FROM command parting
           WHERE parting.programme_id = parent.programme_id AND parting.member_id = parent.member_id
               AND parting.kind = 'unmerge'), 0)
FROM lot_parent
JOIN lot child USING (programme_id, member_id, member_seq, row_no)
JOIN command heard ON heard.programme_id = lot_parent.programme_id AND heard.member_id = lot_parent.member_id
    AND heard.member_seq = lot_parent.member_seq
JOIN command_key moving ON moving.programme_id = lot_parent.programme_id
    AND 'counterpart/' || moving.key = heard.key
JOIN lot parent ON parent.programme_id = lot_parent.programme_id AND parent.member_id = lot_parent.parent_member_id
    AND parent.member_seq = lot_parent.parent_seq AND parent.row_no = lot_parent.parent_row_no
LEFT JOIN LATERAL (
    SELECT sum(taking.points) FILTER (WHERE posting.account = 3) AS expired,
           sum(taking.points) FILTER (WHERE posting.account = 5 AND command.key LIKE 'counterpart/return/%%' AND taking.points > 0) AS brought_back
    FROM taking
    JOIN posting ON posting.programme_id = taking.programme_id AND posting.member_id = taking.member_id
        AND posting.member_seq = taking.member_seq AND posting.row_no = taking.posting_row_no AND posting.account IN (3, 5)
    JOIN command ON command.programme_id = taking.programme_id AND command.member_id = taking.member_id
        AND command.member_seq = taking.member_seq
    WHERE taking.programme_id = child.programme_id AND taking.member_id = child.member_id
        AND (taking.lot_seq, taking.lot_row_no) = (child.member_seq, child.row_no)
) gone ON true
WHERE lot_parent.programme_id = %(programme)s::uuid AND lot_parent.member_id = %(survivor)s::uuid
    AND lot_parent.parent_member_id = %(owner)s::uuid
ORDER BY child.member_seq, child.row_no;
