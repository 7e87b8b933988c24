-- name: lapses
-- What expired of members' lots and came back, in the order recorded: account 3. Left out are lots that had ended before
-- they were earned, and those that were given because points had expired: these end without another event.
SELECT taking.member_id, lot.member_seq, lot.row_no, lot.currency, lot.expires_at, posting.effective_at, taking.points
FROM posting
JOIN taking ON taking.programme_id = posting.programme_id AND taking.member_id = posting.member_id
    AND taking.member_seq = posting.member_seq AND taking.posting_row_no = posting.row_no
JOIN lot ON lot.programme_id = taking.programme_id AND lot.member_id = taking.member_id
    AND lot.member_seq = taking.lot_seq AND lot.row_no = taking.lot_row_no
WHERE posting.programme_id = %(programme_id)s AND posting.member_id = ANY(%(member_ids)b::uuid[])
    AND posting.account = 3 AND lot.expires_at > lot.earned_at
    AND (lot.event_seq = 0 OR (lot.member_id, lot.event_seq) NOT IN (
        SELECT member_id, member_seq FROM event
        WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND type = 'expired'))
ORDER BY taking.member_id, taking.member_seq, taking.row_no

-- name: exchanges
-- Every exchange of members with what of it was not undone: its id, when, what it took of which currency, and what came
-- of it in which. Both are postings through transit (account 5), undone by postings that name its command. These are
-- summed up once for all of a member's exchanges, and not looked for by each.
WITH undone AS MATERIALIZED (
    SELECT member_id, event_seq,
           sum(points) FILTER (WHERE points > 0) AS back, sum(points) FILTER (WHERE points < 0) AS again
    FROM posting
    WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND account = 5 AND event_seq > 0
    GROUP BY member_id, event_seq
)
SELECT command.member_id, substr(command.key, length('exchange/') + 1), gone.effective_at,
       gone.currency, (-gone.points - coalesce(undone.back, 0))::bigint,
       lot.currency, (lot.granted + coalesce(undone.again, 0))::bigint
FROM command
JOIN posting gone ON gone.programme_id = command.programme_id AND gone.member_id = command.member_id
    AND gone.member_seq = command.member_seq AND gone.row_no = 0
JOIN lot ON lot.programme_id = command.programme_id AND lot.member_id = command.member_id
    AND lot.member_seq = command.member_seq
LEFT JOIN undone ON undone.member_id = command.member_id AND undone.event_seq = command.member_seq
WHERE command.programme_id = %(programme_id)s AND command.member_id = ANY(%(member_ids)b::uuid[])
    AND command.kind = 'exchange'
ORDER BY command.member_id, command.member_seq

-- name: redemptions
-- Every redemption of members with what of it was not undone: its id, when, the points that it took (account 2) of which
-- currency, and how many of which reward came of it (account 1). Postings that undo it name its command; they are summed
-- up as those of exchanges.
WITH undone AS MATERIALIZED (
    SELECT member_id, event_seq,
           sum(points) FILTER (WHERE account = 2) AS back, sum(points) FILTER (WHERE account = 1) AS again
    FROM posting
    WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND account IN (1, 2)
        AND event_seq > 0
    GROUP BY member_id, event_seq
)
SELECT command.member_id, substr(command.key, length('redeem/') + 1), gone.effective_at,
       gone.currency, (-gone.points - coalesce(undone.back, 0))::bigint,
       came.currency, (came.points + coalesce(undone.again, 0))::bigint
FROM command
JOIN posting gone ON gone.programme_id = command.programme_id AND gone.member_id = command.member_id
    AND gone.member_seq = command.member_seq AND gone.account = 2
JOIN posting came ON came.programme_id = command.programme_id AND came.member_id = command.member_id
    AND came.member_seq = command.member_seq AND came.account = 1
LEFT JOIN undone ON undone.member_id = command.member_id AND undone.event_seq = command.member_seq
WHERE command.programme_id = %(programme_id)s AND command.member_id = ANY(%(member_ids)b::uuid[])
    AND command.kind = 'redeem'
ORDER BY command.member_id, command.member_seq

-- name: events_of_types
-- The events of members of some types, in history order.
SELECT member_id, member_seq, occurred_at, sequence, event_id, type, local_date - DATE '1970-01-01', payload
FROM event
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND type = ANY(%(types)s)
ORDER BY member_id, occurred_at, sequence, event_id
