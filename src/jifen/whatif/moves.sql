-- name: uses
-- What members set aside, and what they used of it, gave away or had taken by hand: less than 0 came back. Only what was held
-- was set aside before. What went from one to another because they became one person moves with them.
SELECT p.member_id, p.currency, coalesce(min(h.held_at), min(o.held_at), p.effective_at), p.effective_at AS at,
    coalesce(min(h.points + h.fee), min(o.points + o.fee), -sum(p.points))::bigint, -sum(p.points)::bigint
FROM posting p
LEFT JOIN hold h ON (h.programme_id, h.member_id, h.member_seq) = (p.programme_id, p.member_id, p.event_seq)
    AND h.state = 1 AND p.account = 2 AND p.points < 0
LEFT JOIN command c ON (c.programme_id, c.member_id, c.member_seq) = (p.programme_id, p.member_id, p.member_seq)
    AND c.kind = 'event' AND p.account = 2 AND p.event_seq = 0
LEFT JOIN hold o ON (o.programme_id, o.member_id, o.hold_id)  -- out of which a purchase was paid
    = (p.programme_id, p.member_id, c.body -> 'pay' ->> 'hold')
WHERE p.programme_id = %(programme)s::uuid
    AND (p.account = 2 OR p.account = 5 AND NOT EXISTS (
        SELECT FROM command c
        WHERE c.programme_id = %(programme)s::uuid AND (c.member_id, c.member_seq) = (p.member_id, p.member_seq)
            AND c.key ~ '^(counterpart/)*(merge|claim|unmerge|return)/'
    ) OR (p.account = 1 AND p.event_seq = 0 AND p.points < 0))
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
) AND NOT EXISTS (
    SELECT FROM lot_parent AS p
    JOIN lot AS old ON (old.programme_id, old.member_id, old.member_seq, old.row_no)
        = (p.programme_id, p.parent_member_id, p.parent_seq, p.parent_row_no)
    JOIN command AS c ON (c.programme_id, c.member_id, c.member_seq) = (p.programme_id, p.member_id, p.member_seq)
    WHERE p.programme_id = %(programme)s::uuid AND (p.member_id, p.member_seq, p.row_no) = (l.member_id, l.member_seq, l.row_no)
        AND (p.parent_member_id = l.member_id AND old.currency = l.currency
            OR c.key ~ '^(counterpart/)*(merge|claim|unmerge|return)/')
)

-- name: renewed
-- Lots that live on otherwise than they were granted: usable once they were confirmed, or ending later for a missed notice.
-- What came back after its end is another life.
SELECT old.member_id, old.currency, old.earned_at, old.expires_at, max(l.available_at), max(l.expires_at)
FROM lot_parent AS p
JOIN lot AS l USING (programme_id, member_id, member_seq, row_no)
JOIN lot AS old ON (old.programme_id, old.member_id, old.member_seq, old.row_no)
    = (p.programme_id, p.parent_member_id, p.parent_seq, p.parent_row_no)
JOIN command AS c ON (c.programme_id, c.member_id, c.member_seq) = (p.programme_id, p.member_id, p.member_seq)
WHERE p.programme_id = %(programme)s::uuid AND p.parent_member_id = p.member_id AND l.currency = old.currency
    AND c.recorded_at < old.expires_at
GROUP BY old.member_id, old.currency, old.earned_at, old.expires_at
ORDER BY old.expires_at

-- name: granted_until
-- When lots ended as they were granted, of members, currencies and instants of earning.
SELECT asked.place, min(l.expires_at)
FROM unnest(%(places)b::bigint[], %(member_ids)b::uuid[], %(currencies)b::bigint[], %(earned_at)b::bigint[])
    AS asked (place, member_id, currency, earned_at)
JOIN lot AS l ON l.programme_id = %(programme)s::uuid AND l.member_id = asked.member_id
    AND l.currency = asked.currency AND l.earned_at = instant(asked.earned_at)
GROUP BY asked.place

-- name: unions
-- Who became one with whom, and two again.
SELECT own.member_id, other.member_id, c.recorded_at, c.kind = 'unmerge', (c.answer ->> 'counts_from')::bigint
FROM command_key AS other
JOIN command_key AS own ON own.programme_id = other.programme_id AND own.key = substr(other.key, length('counterpart/') + 1)
JOIN command AS c ON (c.programme_id, c.member_id, c.member_seq) = (own.programme_id, own.member_id, own.member_seq)
WHERE other.programme_id = %(programme)s::uuid AND other.key ~ '^counterpart/(merge|claim|unmerge)/'
ORDER BY c.recorded_at, c.member_seq
