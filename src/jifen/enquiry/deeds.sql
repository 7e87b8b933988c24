-- name: deed_by_key
-- What was asked under a key, and answered, with who acts today for whom it was asked of.
SELECT c.member_id, c.member_seq, acting.external_id, c.recorded_at, c.occurred_at, c.actor, c.answer,
       c.body -> 'metadata'
FROM command_key k
JOIN command c USING (programme_id, member_id, member_seq)
JOIN member m USING (programme_id, member_id)
JOIN member_identity i ON i.programme_id = m.programme_id AND i.identity = m.external_id
JOIN member acting ON acting.programme_id = i.programme_id AND acting.member_id = i.member_id
WHERE k.programme_id = %(programme)s::uuid AND k.key = %(key)s

-- name: moved_since
-- What later commands of the member's moved about one of them, by command and currency.
SELECT c.key, c.recorded_at, c.actor, p.currency, sum(p.points)::bigint
FROM posting p JOIN command c USING (programme_id, member_id, member_seq)
WHERE p.programme_id = %(programme)s::uuid AND p.member_id = %(member)s::uuid
    AND p.event_seq = %(seq)s AND p.event_seq <> 0 AND p.event_seq <> p.member_seq
GROUP BY p.member_seq, c.key, c.recorded_at, c.actor, p.currency
ORDER BY p.member_seq, p.currency

-- name: hold_by_number
-- A hold.
SELECT member_seq, hold_id, currency, points, fee, held_at, deadline, state, captured, closed_at FROM hold
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND member_seq = %(seq)s

-- name: open_holds
-- The next open holds of a member behind one, in the order in which they were asked for.
SELECT member_seq, hold_id, currency, points, fee, held_at, deadline, state, captured, closed_at FROM hold
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND state = 0
    AND deadline > instant(%(now)s) AND member_seq > %(after)s
ORDER BY member_seq LIMIT %(most)s

-- name: member_named
-- Who acts under a name.
SELECT m.member_id, m.external_id, m.facts ->> 'referrer'
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme)s::uuid AND i.identity = %(identity)s

-- name: deeds_of_friends
-- The next deeds of friends that a member was told of, behind one, and whether they still stand.
SELECT e.member_seq, e.payload -> 'fields' ->> 'friend', e.occurred_at,
       NOT EXISTS (
           SELECT FROM event_return r WHERE r.programme_id = %(programme)s::uuid AND r.member_id = e.member_id
               AND r.event_seq = e.member_seq
       )
FROM event e
WHERE e.programme_id = %(programme)s::uuid AND e.member_id = %(member)s::uuid
    AND e.type = %(type)s AND e.member_seq > %(after)s
ORDER BY e.member_seq LIMIT %(most)s

-- name: friends_brought
-- The next members who name this one as their referrer, or whoever was merged into it, in the order of their names, with
-- how many deeds of theirs that still stand it was told of.
WITH deeds AS (
    SELECT e.payload -> 'fields' ->> 'friend' AS friend, count(*) AS standing
    FROM event e
    WHERE e.programme_id = %(programme)s::uuid AND e.member_id = %(member)s::uuid AND e.type = %(type)s
        AND NOT EXISTS (
            SELECT FROM event_return r WHERE r.programme_id = %(programme)s::uuid AND r.member_id = e.member_id
                AND r.event_seq = e.member_seq
        )
    GROUP BY 1
)
SELECT f.external_id, f.joined_at, coalesce(deeds.standing, 0)
FROM member f LEFT JOIN deeds ON deeds.friend = f.external_id
WHERE f.programme_id = %(programme)s::uuid AND f.survivor_id = f.member_id AND f.external_id > %(after)s
    AND f.facts ->> 'referrer' = ANY(ARRAY(
        SELECT m.external_id FROM member m
        WHERE m.programme_id = %(programme)s::uuid AND m.member_id = %(member)s::uuid
        UNION ALL
        SELECT json_array_elements_text(coalesce(m.facts -> 'absorbed', '[]')) FROM member m
        WHERE m.programme_id = %(programme)s::uuid AND m.member_id = %(member)s::uuid
    ))
ORDER BY f.external_id LIMIT %(most)s
