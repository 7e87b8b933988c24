-- name: write_balances
-- Puts the changed balances of a batch; their members are locked, so the sums are the latest.
INSERT INTO balance (programme_id, member_id, currency, points, held, debt, lifetime, spent, expired, reversed)
SELECT %(programme)s::uuid, changed.*
FROM unnest(%(members)s::uuid[], %(currencies)s::smallint[], %(points)s::bigint[], %(held)s::bigint[],
            %(debt)s::bigint[], %(lifetime)s::bigint[], %(spent)s::bigint[], %(expired)s::bigint[],
            %(reversed)s::bigint[]) AS changed
ON CONFLICT (programme_id, member_id, currency) DO UPDATE
SET points = excluded.points, held = excluded.held, debt = excluded.debt, lifetime = excluded.lifetime,
    spent = excluded.spent, expired = excluded.expired, reversed = excluded.reversed;

-- name: write_lots
-- Puts what is left in older lots, and what of it is held.
UPDATE lot SET remaining = changed.remaining, held = changed.held
FROM unnest(%(members)s::uuid[], %(seqs)s::bigint[], %(row_nos)s::smallint[], %(remaining)s::bigint[],
            %(held)s::bigint[]) AS changed (member_id, member_seq, row_no, remaining, held)
WHERE lot.programme_id = %(programme)s::uuid AND lot.member_id = changed.member_id
    AND lot.member_seq = changed.member_seq AND lot.row_no = changed.row_no;

-- name: write_holds
-- Puts how older holds ended.
UPDATE hold SET state = changed.state, captured = changed.captured
FROM unnest(%(members)s::uuid[], %(seqs)s::bigint[], %(states)s::smallint[], %(captured)s::bigint[])
    AS changed (member_id, member_seq, state, captured)
WHERE hold.programme_id = %(programme)s::uuid AND hold.member_id = changed.member_id
    AND hold.member_seq = changed.member_seq;
