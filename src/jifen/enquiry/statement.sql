-- name: postings_of_member
-- What moved a member's points before a place in the order recorded, the last first, with what was asked, the
-- event it is about, who asked, and the reason that was given.
SELECT p.member_seq, p.row_no, p.recorded_at, p.effective_at, p.currency, a.name, p.points, c.key, e.key,
       c.actor, c.body ->> 'reason'
FROM posting p
JOIN account a USING (account)
JOIN command c USING (programme_id, member_id, member_seq)
LEFT JOIN command e ON (e.programme_id, e.member_id, e.member_seq) = (p.programme_id, p.member_id, p.event_seq)
    AND p.event_seq <> 0
WHERE p.programme_id = %(programme_id)s AND p.member_id = %(member_id)s
    AND (p.member_seq, p.row_no) < (%(seq)s::bigint, %(row_no)s::bigint)
ORDER BY p.member_seq DESC, p.row_no DESC
LIMIT %(most)s::bigint

-- name: balances_before
-- A member's balances before a place in the order recorded.
SELECT currency, sum(points)::bigint
FROM posting
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s
    AND (member_seq, row_no) < (%(seq)s::bigint, %(row_no)s::bigint)
GROUP BY currency

-- name: sums_until
-- What had moved by the end of an instant, as it was due, by currency and the programme's side; account 1 apart by
-- whether it gave, account 5 by whether it is of an exchange.
SELECT currency, account, points > 0, account = 5 AND coalesce(about.kind, asked.kind) = 'exchange',
       sum(points)::bigint
FROM posting p
JOIN command asked USING (programme_id, member_id, member_seq)
LEFT JOIN command about ON (about.programme_id, about.member_id, about.member_seq)
    = (p.programme_id, p.member_id, p.event_seq) AND p.event_seq <> 0
WHERE p.programme_id = %(programme_id)s AND p.member_id = %(member_id)s AND effective_at <= instant(%(at)s)
GROUP BY 1, 2, 3, 4
