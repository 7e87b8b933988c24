-- name: load_heirs
-- Lots of a member that came of another's when the two became one, and what was made of them since, with that one's lot;
-- whether it came since the two were last parted, and whether it starts or ends at another time since; how much of each has
-- expired (account 3), how much went back for returns of the other's purchases (account 5) and how much into later lots.
WITH RECURSIVE heir AS (
    SELECT own.parent_seq AS from_seq, own.parent_row_no AS from_row_no, own.member_seq, own.row_no, false AS renewed,
           moving.member_seq > coalesce((
               SELECT max(parting.member_seq) FROM command parting
               WHERE parting.programme_id = %(programme)s::uuid AND parting.member_id = own.parent_member_id
                   AND parting.kind = 'unmerge'), 0) AS present
    FROM lot_parent own
    JOIN command heard USING (programme_id, member_id, member_seq)
    JOIN command_key moving ON moving.programme_id = own.programme_id AND 'counterpart/' || moving.key = heard.key
    WHERE own.programme_id = %(programme)s::uuid AND own.member_id = %(survivor)s::uuid
        AND own.parent_member_id = %(owner)s::uuid AND split_part(moving.key, '/', 1) NOT IN ('transfer', 'share')
    UNION ALL
    SELECT heir.from_seq, heir.from_row_no, later.member_seq, later.row_no, true, heir.present
    FROM heir
    JOIN lot_parent later ON later.programme_id = %(programme)s::uuid AND later.member_id = %(survivor)s::uuid
        AND later.parent_member_id = later.member_id
        AND (later.parent_seq, later.parent_row_no) = (heir.member_seq, heir.row_no)
)
SELECT parent.member_seq, parent.row_no, parent.currency, parent.funder, parent.event_seq, parent.granted,
       parent.unit_price_micros, parent.earned_at, parent.available_at, parent.expires_at, parent.remaining, parent.held,
       child.member_seq, child.row_no, child.currency, child.funder, child.event_seq, child.granted,
       child.unit_price_micros, child.earned_at, child.available_at, child.expires_at, child.remaining, child.held,
       coalesce(gone.expired, 0)::bigint, coalesce(gone.brought_back, 0)::bigint, coalesce(went.on, 0)::bigint,
       heir.present, heir.renewed
FROM heir
JOIN lot child ON child.programme_id = %(programme)s::uuid AND child.member_id = %(survivor)s::uuid
    AND (child.member_seq, child.row_no) = (heir.member_seq, heir.row_no)
JOIN lot parent ON parent.programme_id = %(programme)s::uuid AND parent.member_id = %(owner)s::uuid
    AND (parent.member_seq, parent.row_no) = (heir.from_seq, heir.from_row_no)
LEFT JOIN LATERAL (
    SELECT sum(taking.points) FILTER (WHERE posting.account = 3) AS expired,
           sum(taking.points) FILTER (WHERE posting.account = 5 AND command.key LIKE 'counterpart/return/%%' AND taking.points > 0) AS brought_back
    FROM taking
    JOIN posting ON posting.programme_id = taking.programme_id AND posting.member_id = taking.member_id
        AND posting.member_seq = taking.member_seq AND posting.row_no = taking.posting_row_no AND posting.account IN (3, 5)
    JOIN command ON command.programme_id = taking.programme_id AND command.member_id = taking.member_id
        AND command.member_seq = taking.member_seq
    WHERE taking.programme_id = %(programme)s::uuid AND taking.member_id = child.member_id
        AND (taking.lot_seq, taking.lot_row_no) = (child.member_seq, child.row_no)
) gone ON true
LEFT JOIN LATERAL (
    SELECT sum(lot.granted) AS on
    FROM lot_parent later JOIN lot USING (programme_id, member_id, member_seq, row_no)
    WHERE later.programme_id = %(programme)s::uuid AND later.member_id = child.member_id
        AND later.parent_member_id = later.member_id
        AND (later.parent_seq, later.parent_row_no) = (child.member_seq, child.row_no)
) went ON true
ORDER BY child.member_seq, child.row_no;
