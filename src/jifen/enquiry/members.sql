-- name: members_by_name
-- The next of those whom a name begins, behind a name; who was merged is found as who acts for them.
SELECT member.external_id, member.joined_at, member.frozen, member.facts -> 'guest' IS NOT NULL
FROM member_identity JOIN member USING (programme_id, member_id)
WHERE member_identity.programme_id = %(programme)s::uuid AND member_identity.identity > %(after)s::text
    AND member_identity.identity ^@ %(prefix)s::text AND member_identity.identity = member.external_id
ORDER BY member_identity.identity LIMIT %(most)s
