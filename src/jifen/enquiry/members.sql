-- name: last_looked_at
-- Up to which name so many reach.
SELECT count(*), max(identity) FROM (
    SELECT identity FROM member_identity
    WHERE programme_id = %(programme)s::uuid AND identity > %(after)s::text AND identity ^@ %(prefix)s::text
    ORDER BY identity LIMIT %(looked_at)s
) AS looked_at

-- name: members_by_name
-- The next of those whom a name begins, behind a name, and with some metadata up to another, if that is asked; who was merged is found as who acts for them. OFFSET keeps it to
-- one name after the other, so that a page reads no more than itself.
SELECT called.external_id, called.joined_at, called.frozen, called.facts -> 'guest' IS NOT NULL
FROM member_identity named CROSS JOIN LATERAL (
    SELECT * FROM member
    WHERE member.programme_id = %(programme)s::uuid AND member.member_id = named.member_id
        AND member.external_id = named.identity
    OFFSET 0
) called
WHERE named.programme_id = %(programme)s::uuid AND named.identity > %(after)s::text AND named.identity ^@ %(prefix)s::text
    AND (%(noted)s::text IS NULL OR named.identity <= %(until)s AND called.facts -> 'metadata' ->> %(noted)s = %(text)s)
ORDER BY named.identity LIMIT %(most)s
