-- name: members_with_deeds
-- Of these members those who have done something of these types.
SELECT who.member_id FROM unnest(%(member_ids)b::uuid[]) AS who (member_id)
WHERE EXISTS (
    SELECT FROM event e WHERE e.programme_id = %(programme_id)s AND e.member_id = who.member_id
        AND e.type = ANY(%(types)b::text[])
)
