-- name: write_balances
-- Puts the changed balances of a batch; their members are locked, so the sums are the latest.
INSERT INTO balance (programme_id, member_id, currency, points, held, debt, lifetime, spent, expired, reversed)
SELECT %(programme)s::uuid, changed.*
FROM unnest(%(members)b::uuid[], %(currencies)b::smallint[], %(points)b::bigint[], %(held)b::bigint[],
            %(debt)b::bigint[], %(lifetime)b::bigint[], %(spent)b::bigint[], %(expired)b::bigint[],
            %(reversed)b::bigint[]) AS changed
ON CONFLICT (programme_id, member_id, currency) DO UPDATE
SET points = excluded.points, held = excluded.held, debt = excluded.debt, lifetime = excluded.lifetime,
    spent = excluded.spent, expired = excluded.expired, reversed = excluded.reversed;

-- name: write_lots
-- Puts what is left in older lots, and what of it is held.
UPDATE lot SET remaining = changed.remaining, held = changed.held
FROM unnest(%(members)b::uuid[], %(seqs)b::bigint[], %(row_nos)b::integer[], %(remaining)b::bigint[],
            %(held)b::bigint[]) AS changed (member_id, member_seq, row_no, remaining, held)
WHERE lot.programme_id = %(programme)s::uuid AND lot.member_id = changed.member_id
    AND lot.member_seq = changed.member_seq AND lot.row_no = changed.row_no
    AND lot.member_id = ANY(%(members)b::uuid[]) AND lot.member_seq = ANY(%(seqs)b::bigint[]);  -- by their keys, always

-- name: write_holds
-- Puts how older holds ended.
UPDATE hold SET state = changed.state, captured = changed.captured, closed_at = instant(changed.closed_at)
FROM unnest(%(members)b::uuid[], %(seqs)b::bigint[], %(states)b::smallint[], %(captured)b::bigint[],
            %(closed_at)b::bigint[]) AS changed (member_id, member_seq, state, captured, closed_at)
WHERE hold.programme_id = %(programme)s::uuid AND hold.member_id = changed.member_id
    AND hold.member_seq = changed.member_seq
    AND hold.member_id = ANY(%(members)b::uuid[]) AND hold.member_seq = ANY(%(seqs)b::bigint[]);  -- by their keys, always
