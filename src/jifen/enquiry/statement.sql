-- name: postings_of_member
-- What moved a member's points before a place in the order recorded, the last first, with what was asked, the
-- event it is about, who asked, and the reason that was given.
SELECT p.member_seq, p.row_no, p.recorded_at, p.effective_at, p.currency, a.name, p.points, c.key, e.key,
       c.actor, c.body ->> 'reason', c.body -> 'metadata'
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
-- What of a member had moved by the end of an instant, as it was due, by currency and the programme's side; account 1 apart
-- by whether it gave, account 5 by whether it is of an exchange. With it when time next brings something; one row without
-- sums where nothing has moved.
SELECT m.external_id, m.next_due_at, moved.currency, moved.account, moved.of_exchange, moved.points
FROM member_identity i
JOIN member m USING (programme_id, member_id)
LEFT JOIN LATERAL (
    SELECT currency, account, points > 0 AS gave,
           CASE WHEN account = 5 THEN coalesce(
               (
                   SELECT kind FROM command WHERE programme_id = %(programme_id)s AND member_id = p.member_id
                       AND member_seq = p.event_seq AND p.event_seq <> 0
               ),
               (
                   SELECT kind FROM command WHERE programme_id = %(programme_id)s AND member_id = p.member_id
                       AND member_seq = p.member_seq
               )) = 'exchange'
           ELSE false END AS of_exchange,
           sum(points)::bigint AS points
    FROM posting p
    WHERE p.programme_id = %(programme_id)s AND p.member_id = m.member_id AND effective_at <= instant(%(at)s)
    GROUP BY 1, 2, 3, 4
) moved ON true
WHERE i.programme_id = %(programme_id)s AND i.identity = %(identity)s
