-- name: members_with_deeds
-- Of these members those who have done something of these types.
SELECT who.member_id FROM unnest(%(member_ids)b::uuid[]) AS who (member_id)
WHERE EXISTS (
    SELECT FROM event e WHERE e.programme_id = %(programme_id)s AND e.member_id = who.member_id
        AND e.type = ANY(%(types)b::text[])
);

-- name: referrers_above
-- Of members by their names, and of those who brought them, upwards without end: who brought whom.
WITH RECURSIVE above AS (
    SELECT external_id, facts ->> 'referrer' AS referrer
    FROM member
    WHERE programme_id = %(programme_id)s AND external_id = ANY(%(names)b::text[])
    UNION
    SELECT member.external_id, member.facts ->> 'referrer'
    FROM above JOIN member ON member.programme_id = %(programme_id)s AND member.external_id = above.referrer
)
SELECT external_id, referrer FROM above WHERE referrer IS NOT NULL;
