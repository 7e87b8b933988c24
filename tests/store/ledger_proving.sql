-- Each statement gives what is wrong with a programme's bank; no row is the proof.
--
-- Where the points of a posting lie: in the lots made by it (a positive posting from `issued` makes the lots of
-- its command, event and currency), in the lots it took from, and for the rest in the member's debt.

-- name: movements_that_differ
-- Movements of accounts that the postings, lots and takings of the batch do not give, or give otherwise.
WITH posted AS (
    SELECT posting.*, (effective_at AT TIME ZONE timezone)::date AS effective_date, timezone
    FROM posting JOIN programme USING (programme_id)
    WHERE programme_id = %(programme)s::uuid
), in_lots AS (
    SELECT posted.member_id, posted.member_seq, posted.row_no, batch_id, account, posted.currency, funder, earned_at,
           timezone, effective_date, granted AS points
    FROM posted JOIN lot
        ON lot.programme_id = posted.programme_id AND lot.member_id = posted.member_id
        AND lot.member_seq = posted.member_seq AND lot.currency = posted.currency
        AND lot.event_seq = posted.event_seq AND posted.account = 1 AND posted.points > 0
    UNION ALL
    SELECT posted.member_id, posted.member_seq, posted.row_no, batch_id, account, posted.currency, funder, earned_at,
           timezone, effective_date, -taking.points
    FROM posted JOIN taking
        ON taking.programme_id = posted.programme_id AND taking.member_id = posted.member_id
        AND taking.member_seq = posted.member_seq AND taking.posting_row_no = posted.row_no
    JOIN lot
        ON lot.programme_id = posted.programme_id AND lot.member_id = posted.member_id
        AND lot.member_seq = taking.lot_seq AND lot.row_no = taking.lot_row_no
), as_debt AS (
    SELECT batch_id, account, currency, effective_date, posted.points - coalesce(covered.points, 0) AS points
    FROM posted LEFT JOIN (
        SELECT member_id, member_seq, row_no, sum(points)::bigint AS points FROM in_lots GROUP BY 1, 2, 3
    ) covered USING (member_id, member_seq, row_no)
), derived AS (
    SELECT batch_id, account, currency, funder, earn_month, effective_date, sum(points)::bigint AS points
    FROM (
        SELECT batch_id, account, currency, funder, effective_date, points,
               (extract(year FROM earned_at AT TIME ZONE timezone) * 12
                + extract(month FROM earned_at AT TIME ZONE timezone) - 1)::integer AS earn_month
        FROM in_lots
        UNION ALL
        SELECT batch_id, account, currency, 0, effective_date, points, 0 FROM as_debt
    ) parts
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING sum(points) <> 0
), written AS (
    SELECT batch_id, account, currency, funder, earn_month, effective_date, points
    FROM account_movement WHERE programme_id = %(programme)s::uuid
)
SELECT batch_id, account, currency, funder, earn_month, effective_date, derived.points, written.points
FROM derived FULL JOIN written
    USING (batch_id, account, currency, funder, earn_month, effective_date)
WHERE derived.points IS DISTINCT FROM written.points;

-- name: postings_that_differ
-- Postings whose points are not in lots although they must be: only reversals (below zero, from `issued`) may become
-- debt, and only the second posting of a repayment (above zero, through `transit`) lowers it.
WITH covered AS (
    SELECT posting.member_id, posting.member_seq, posting.row_no, posting.account, posting.points,
           coalesce((
               SELECT sum(granted)::bigint FROM lot
               WHERE lot.programme_id = posting.programme_id AND lot.member_id = posting.member_id
                   AND lot.member_seq = posting.member_seq AND lot.currency = posting.currency
                   AND lot.event_seq = posting.event_seq AND posting.account = 1 AND posting.points > 0
           ), 0) - coalesce((
               SELECT sum(taking.points)::bigint FROM taking
               WHERE taking.programme_id = posting.programme_id AND taking.member_id = posting.member_id
                   AND taking.member_seq = posting.member_seq AND taking.posting_row_no = posting.row_no
           ), 0) AS in_lots
    FROM posting
    WHERE programme_id = %(programme)s::uuid
)
SELECT member_id, member_seq, row_no, points, in_lots
FROM covered
WHERE NOT CASE
    WHEN account = 1 AND points < 0 THEN in_lots BETWEEN points AND 0
    WHEN account = 5 AND points > 0 THEN in_lots = 0
    ELSE in_lots = points
END;

-- name: lots_that_differ
-- Lots whose remaining is not what was granted less what was taken, or whose held is not what open holds reserve;
-- and takings and reservations of lots that do not exist.
WITH taken AS (
    SELECT member_id, lot_seq AS member_seq, lot_row_no AS row_no, sum(points)::bigint AS points
    FROM taking WHERE programme_id = %(programme)s::uuid GROUP BY 1, 2, 3
), reserved AS (
    SELECT member_id, lot_seq AS member_seq, lot_row_no AS row_no, sum(hold_lot.points)::bigint AS points
    FROM hold JOIN hold_lot USING (programme_id, member_id, member_seq)
    WHERE programme_id = %(programme)s::uuid AND state = 0 GROUP BY 1, 2, 3
), made AS (
    SELECT member_id, member_seq, row_no, granted, remaining, held
    FROM lot WHERE programme_id = %(programme)s::uuid
)
SELECT member_id, member_seq, row_no, granted, remaining, held, taken.points, reserved.points
FROM made
FULL JOIN taken USING (member_id, member_seq, row_no)
FULL JOIN reserved USING (member_id, member_seq, row_no)
WHERE granted - coalesce(taken.points, 0) IS DISTINCT FROM remaining
    OR coalesce(reserved.points, 0) IS DISTINCT FROM held;

-- name: holds_that_differ
-- Holds that do not reserve what they say, or whose captured points do not fit their state.
SELECT member_id, member_seq, hold.points, state, captured
FROM hold
WHERE programme_id = %(programme)s::uuid AND (
    (state = 1) <> (captured > 0)
    OR points + fee IS DISTINCT FROM (
        SELECT sum(hold_lot.points)::bigint FROM hold_lot
        WHERE hold_lot.programme_id = hold.programme_id AND hold_lot.member_id = hold.member_id
            AND hold_lot.member_seq = hold.member_seq
    )
);

-- name: balances_that_differ
-- Balances that postings and lots do not give, or give otherwise.
WITH posted AS (
    SELECT member_id, currency, sum(points)::bigint AS points,
           coalesce(sum(points) FILTER (WHERE account = 1), 0)::bigint AS lifetime,
           coalesce(-sum(points) FILTER (WHERE account = 2), 0)::bigint AS spent,
           coalesce(-sum(points) FILTER (WHERE account = 3), 0)::bigint AS expired,
           coalesce(-sum(points) FILTER (WHERE account = 1 AND points < 0), 0)::bigint AS reversed
    FROM posting WHERE programme_id = %(programme)s::uuid GROUP BY 1, 2
), in_lots AS (
    SELECT member_id, currency, sum(remaining)::bigint AS remaining, sum(held)::bigint AS held
    FROM lot WHERE programme_id = %(programme)s::uuid GROUP BY 1, 2
), derived AS (
    SELECT member_id, currency, points, coalesce(held, 0) AS held, coalesce(remaining, 0) - points AS debt,
           lifetime, spent, expired, reversed
    FROM posted LEFT JOIN in_lots USING (member_id, currency)
), written AS (
    SELECT member_id, currency, points, held, debt, lifetime, spent, expired, reversed
    FROM balance WHERE programme_id = %(programme)s::uuid
)
(SELECT 'posted' AS found_in, derived.* FROM derived EXCEPT ALL SELECT 'posted', written.* FROM written)
UNION ALL
(SELECT 'balance', written.* FROM written EXCEPT ALL SELECT 'balance', derived.* FROM derived);

-- name: members_due_earlier
-- Members for whom time changes something before their next_due_at.
SELECT member_id, next_due_at, due_at
FROM member JOIN (
    SELECT member_id, min(due_at) AS due_at
    FROM (
        SELECT member_id, expires_at AS due_at FROM lot
        WHERE programme_id = %(programme)s::uuid AND remaining > held
        UNION ALL
        SELECT member_id, deadline FROM hold WHERE programme_id = %(programme)s::uuid AND state = 0
        UNION ALL
        SELECT member_id, available_at FROM lot JOIN balance USING (programme_id, member_id, currency)
        WHERE programme_id = %(programme)s::uuid AND remaining > lot.held AND debt > 0
    ) things GROUP BY member_id
) first_due USING (member_id)
WHERE programme_id = %(programme)s::uuid AND due_at < next_due_at;
