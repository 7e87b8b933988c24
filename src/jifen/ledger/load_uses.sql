-- name: load_uses_since
-- What members used and got back from an instant on, by the command that used it and its way: redeemed (account 2), or
-- given away or exchanged (account 5, the first posting of its command; what comes back names it), or taken from others
-- of the household. No fees.
WITH used AS MATERIALIZED (
    SELECT * FROM posting
    WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND account IN (2, 5)
        AND account <> 1 AND effective_at >= instant(%(since)s::bigint)
)
SELECT CASE command.kind WHEN 'event' THEN 'pay' WHEN 'hold' THEN 'spend'
           WHEN 'exchange' THEN 'exchange/' || (command.body ->> 'to') WHEN 'counterpart' THEN 'share'
           ELSE command.kind END,
       uuid_send(used.member_id), currency, command.member_seq,
       CASE command.kind WHEN 'counterpart' THEN points ELSE -points END, effective_at
FROM used
CROSS JOIN LATERAL (
    SELECT * FROM command
    WHERE programme_id = %(programme)s::uuid AND member_id = used.member_id
        AND member_seq = CASE used.event_seq WHEN 0 THEN used.member_seq ELSE used.event_seq END
    LIMIT 1
) AS command
WHERE account = 2 AND event_seq <> used.member_seq AND command.kind IN ('event', 'spend', 'redeem', 'hold')
    OR account = 5 AND command.kind IN ('transfer', 'exchange')
        AND (event_seq, used.row_no, points < 0) IN ((0, 0, true), (command.member_seq, used.row_no, false))
    OR account = 5 AND points > 0 AND command.kind = 'counterpart' AND command.key LIKE 'counterpart/share/%%'
ORDER BY used.member_id, used.member_seq, used.row_no;

-- name: load_uses_of
-- What some commands used of each lot, less what was given back, in the order in which it was taken. What an exchange
-- took is its first posting; a fee is about its own command.
SELECT uuid_send(lot.member_id), command_key.key, posting.currency, command_key.member_seq, min(posting.effective_at),
       sum(taking.points)::bigint, lot.member_seq, lot.row_no, lot.currency, lot.funder, lot.event_seq, lot.granted,
       lot.unit_price_micros, lot.earned_at, lot.available_at, lot.expires_at, lot.remaining, lot.held
FROM command_key
CROSS JOIN LATERAL (
    SELECT * FROM posting  -- of the command itself
    WHERE posting.programme_id = %(programme)s::uuid AND posting.member_id = command_key.member_id
        AND posting.member_seq = command_key.member_seq AND posting.event_seq = 0
        AND CASE WHEN command_key.key LIKE 'exchange/%%' THEN account = 5 AND row_no = 0 ELSE account = 2 END
    UNION ALL
    SELECT * FROM posting  -- of later ones about it
    WHERE posting.programme_id = %(programme)s::uuid AND posting.member_id = command_key.member_id
        AND posting.event_seq = command_key.member_seq AND posting.event_seq <> 0
        AND posting.event_seq <> posting.member_seq
        AND CASE WHEN command_key.key LIKE 'exchange/%%' THEN account = 5 AND points > 0 ELSE account = 2 END
) AS posting
JOIN taking ON taking.programme_id = %(programme)s::uuid AND taking.member_id = posting.member_id
    AND taking.member_seq = posting.member_seq AND taking.posting_row_no = posting.row_no
JOIN lot ON lot.programme_id = %(programme)s::uuid AND lot.member_id = taking.member_id
    AND lot.member_seq = taking.lot_seq AND lot.row_no = taking.lot_row_no
WHERE command_key.programme_id = %(programme)s::uuid AND command_key.key = ANY(%(keys)b::text[])
GROUP BY lot.programme_id, lot.member_id, lot.member_seq, lot.row_no, command_key.key, posting.currency,
         command_key.member_seq
ORDER BY command_key.key, min(ARRAY[taking.member_seq, taking.row_no]), lot.row_no;

-- name: load_redeemed_since
-- Rewards that members redeemed from an instant on (account 1), and those taken back, by the redemption: where points were
-- redeemed (account 2) or given back by it.
WITH gone AS MATERIALIZED (
    SELECT member_id, member_seq, event_seq FROM posting
    WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND account = 2
        AND account <> 1 AND effective_at >= instant(%(since)s::bigint)
)
SELECT uuid_send(gone.member_id), came.currency, of.member_seq, came.points, came.effective_at
FROM gone
CROSS JOIN LATERAL (
    SELECT member_seq, kind FROM command  -- of any kind: an index of those of one is no way to a member's
    WHERE programme_id = %(programme)s::uuid AND member_id = gone.member_id
        AND member_seq = CASE gone.event_seq WHEN 0 THEN gone.member_seq ELSE gone.event_seq END
    LIMIT 1
) AS of
CROSS JOIN LATERAL (
    SELECT * FROM posting
    WHERE programme_id = %(programme)s::uuid AND member_id = gone.member_id AND member_seq = gone.member_seq
        AND account = 1 AND event_seq = gone.event_seq
    LIMIT 1
) AS came
WHERE of.kind = 'redeem'
ORDER BY gone.member_id, came.member_seq, came.row_no;

-- name: load_exchanges
-- What some exchanges and redemptions took, and each lot that came of it, with when something was last taken from any of
-- these, and the money that was taken besides.
SELECT command_key.key, -posting.points,
       (
           SELECT max(last.effective_at)
           FROM taking
           JOIN posting AS last ON last.programme_id = taking.programme_id AND last.member_id = taking.member_id
               AND last.member_seq = taking.member_seq AND last.row_no = taking.posting_row_no
           WHERE taking.programme_id = %(programme)s::uuid AND taking.member_id = lot.member_id
               AND taking.lot_seq = lot.member_seq
       ),
       COALESCE((
           SELECT (body ->> 'to_pay')::bigint FROM command
           WHERE programme_id = %(programme)s::uuid AND member_id = lot.member_id AND member_seq = lot.member_seq
       ), 0),
       uuid_send(lot.member_id), lot.member_seq, lot.row_no, lot.currency, lot.funder,
       lot.event_seq, lot.granted, lot.unit_price_micros, lot.earned_at, lot.available_at, lot.expires_at, lot.remaining,
       lot.held
FROM command_key
JOIN posting ON posting.programme_id = %(programme)s::uuid AND posting.member_id = command_key.member_id
    AND posting.member_seq = command_key.member_seq AND posting.row_no = 0
JOIN lot ON lot.programme_id = command_key.programme_id AND lot.member_id = command_key.member_id
    AND lot.member_seq = command_key.member_seq
WHERE command_key.programme_id = %(programme)s::uuid AND command_key.key = ANY(%(keys)b::text[])
ORDER BY command_key.key, lot.row_no;

-- name: load_written_off
-- What commands wrote off for members (account 4), less what was collected of it since; in the order of the commands.
SELECT uuid_send(member_id), currency, CASE WHEN points > 0 THEN member_seq ELSE event_seq END AS seq,
       min(recorded_at), sum(points)::bigint
FROM posting
WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND account = 4
GROUP BY programme_id, member_id, currency, seq
HAVING sum(points) > 0
ORDER BY member_id, currency, seq;

-- name: load_expired_lots
-- The lots of members that ended from an instant on, with how much of each stands as expired (account 3).
SELECT uuid_send(lot.member_id), lot.member_seq, lot.row_no, lot.currency, lot.funder, lot.event_seq, lot.granted,
       lot.unit_price_micros, lot.earned_at, lot.available_at, lot.expires_at, lot.remaining, lot.held,
       sum(taking.points)::bigint
FROM posting
JOIN taking ON taking.programme_id = posting.programme_id AND taking.member_id = posting.member_id
    AND taking.member_seq = posting.member_seq AND taking.posting_row_no = posting.row_no
JOIN lot ON lot.programme_id = taking.programme_id AND lot.member_id = taking.member_id
    AND lot.member_seq = taking.lot_seq AND lot.row_no = taking.lot_row_no
WHERE posting.programme_id = %(programme)s::uuid AND posting.member_id = ANY(%(members)b::uuid[])
    AND posting.account = 3 AND lot.expires_at >= instant(%(since)s::bigint)
GROUP BY lot.programme_id, lot.member_id, lot.member_seq, lot.row_no
HAVING sum(taking.points) > 0;
