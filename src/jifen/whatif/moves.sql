-- name: uses
-- What members set aside, and what they used of it, gave away or had taken by hand: less than 0 came back. Only what was held
-- was set aside before.
SELECT p.member_id, p.currency, coalesce(min(h.held_at), p.effective_at), p.effective_at AS at,
    coalesce(min(h.points + h.fee), -sum(p.points))::bigint, -sum(p.points)::bigint
FROM posting p
LEFT JOIN hold h ON (h.programme_id, h.member_id, h.member_seq) = (p.programme_id, p.member_id, p.event_seq)
    AND h.state = 1 AND p.account = 2 AND p.points < 0
WHERE p.programme_id = %(programme)s::uuid
    AND (p.account IN (2, 5) OR (p.account = 1 AND p.event_seq = 0 AND p.points < 0))
GROUP BY p.member_id, p.member_seq, p.account, p.currency, p.effective_at
HAVING sum(p.points) < 0 OR (p.account = 2 AND sum(p.points) > 0)
UNION ALL
SELECT member_id, currency, held_at, least(deadline, closed_at), points + fee, 0
FROM hold WHERE programme_id = %(programme)s::uuid AND state <> 1
ORDER BY member_id, at

-- name: brought
-- Lots that no rule gave: by hand, from a former system, from another member.
SELECT member_id, currency, earned_at, expires_at, granted FROM lot AS l
WHERE programme_id = %(programme)s::uuid AND NOT EXISTS (
    SELECT FROM award AS a
    WHERE a.programme_id = %(programme)s::uuid AND (a.member_id, a.event_seq) = (l.member_id, l.event_seq)
        AND a.components <> ''
)
