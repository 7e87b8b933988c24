-- name: moved
-- What moved in members' accounts, by currency and instant, in that order. What was awarded (account 1) counts from its
-- event, and so does what was taken back of it: as if what came back had not been. Of an award that had expired by then
-- (account 3), that counts from when it did.
WITH posted AS MATERIALIZED (
    SELECT p.*, p.account = 3 AND p.points > 0 AND c.kind <> 'revive' AS undone
    FROM posting p JOIN command c USING (programme_id, member_id, member_seq)
    WHERE p.programme_id = %(programme_id)s AND p.member_id = ANY(%(member_ids)b::uuid[])
), moved AS (
    SELECT p.member_id, p.currency, p.points,
           CASE WHEN p.account = 1 THEN coalesce(e.occurred_at, p.effective_at) ELSE p.effective_at END AS at
    FROM posted p
    LEFT JOIN event e ON e.programme_id = %(programme_id)s AND e.member_id = p.member_id AND e.member_seq = p.event_seq
    WHERE NOT p.undone
    UNION ALL
    SELECT p.member_id, p.currency, -t.points, l.expires_at
    FROM posted p
    JOIN taking t ON t.programme_id = %(programme_id)s AND t.member_id = p.member_id
        AND t.member_seq = p.member_seq AND t.posting_row_no = p.row_no
    JOIN lot l ON l.programme_id = %(programme_id)s AND l.member_id = t.member_id
        AND l.member_seq = t.lot_seq AND l.row_no = t.lot_row_no
    WHERE p.undone
)
SELECT member_id, currency, at, sum(points)::bigint FROM moved
GROUP BY member_id, currency, at
ORDER BY member_id, currency, at

-- name: joined
-- When members joined.
SELECT member_id, joined_at FROM member
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[])
