-- name: count_members
-- How many there are.
SELECT count(*) FROM member WHERE programme_id = %(programme)s

-- name: members
-- Every member, with the numbers of the currencies that they have ever had, and of each what there is and was.
SELECT m.external_id, m.joined_at, m.frozen, s.external_id,
       b.currencies, b.points, b.held, b.debt, b.lifetime, b.spent, b.expired, b.reversed
FROM member m
LEFT JOIN member s ON s.programme_id = m.programme_id AND s.member_id = m.survivor_id AND m.survivor_id <> m.member_id
LEFT JOIN LATERAL (
    SELECT array_agg(currency) AS currencies, array_agg(points) AS points, array_agg(held) AS held,
           array_agg(debt) AS debt, array_agg(lifetime) AS lifetime, array_agg(spent) AS spent,
           array_agg(expired) AS expired, array_agg(reversed) AS reversed
    FROM balance WHERE programme_id = %(programme)s AND member_id = m.member_id) b ON true
WHERE m.programme_id = %(programme)s ORDER BY m.member_id

-- name: count_movements
-- How many there are of a period.
SELECT count(*) FROM posting
WHERE programme_id = %(programme)s AND recorded_at >= instant(%(since)s) AND recorded_at < instant(%(until)s)

-- name: movements
-- Every movement of points that was recorded in a period, by member and in the order recorded, with what was asked, the event it is about, who asked and why.
SELECT m.external_id, p.recorded_at, p.effective_at, p.currency, a.name, p.points, c.key, e.key, c.actor,
       c.body ->> 'reason'
FROM posting p
JOIN account a USING (account)
JOIN command c USING (programme_id, member_id, member_seq)
JOIN member m USING (programme_id, member_id)
LEFT JOIN command e ON (e.programme_id, e.member_id, e.member_seq) = (p.programme_id, p.member_id, p.event_seq)
    AND p.event_seq <> 0
WHERE p.programme_id = %(programme)s AND p.recorded_at >= instant(%(since)s) AND p.recorded_at < instant(%(until)s)
ORDER BY p.member_id, p.member_seq, p.row_no
