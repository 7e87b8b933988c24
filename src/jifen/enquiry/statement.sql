-- name: postings_of_member
-- Everything that moved a member's points, in the order recorded, with what was asked and the event it is about.
SELECT p.recorded_at, p.effective_at, p.currency, a.name, p.points, c.key, e.key
FROM posting p
JOIN account a USING (account)
JOIN command c USING (programme_id, member_id, member_seq)
LEFT JOIN command e ON (e.programme_id, e.member_id, e.member_seq) = (p.programme_id, p.member_id, p.event_seq)
    AND p.event_seq <> 0
WHERE p.programme_id = %(programme_id)s AND p.member_id = %(member_id)s
ORDER BY p.member_seq, p.row_no
