-- name: uses
-- What members used, gave away or had taken by hand, less what they were given back: points < 0 took, > 0 came back.
SELECT member_id, currency, effective_at, sum(points)::bigint FROM posting
WHERE programme_id = %(programme)s::uuid
    AND (account IN (2, 5) OR (account = 1 AND event_seq = 0 AND points < 0))
GROUP BY member_id, member_seq, account, currency, effective_at
HAVING sum(points) < 0 OR (account = 2 AND sum(points) > 0)
ORDER BY member_id, effective_at, member_seq

-- name: brought
-- Lots that no rule gave: by hand, from a former system, from another member.
SELECT member_id, currency, earned_at, expires_at, granted FROM lot AS l
WHERE programme_id = %(programme)s::uuid AND NOT EXISTS (
    SELECT FROM award AS a
    WHERE a.programme_id = %(programme)s::uuid AND (a.member_id, a.event_seq) = (l.member_id, l.event_seq)
        AND a.components <> ''
)
