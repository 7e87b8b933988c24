-- name: insert_identities
-- Claims identities for new members; those already known stay as they are.
INSERT INTO member_identity (programme_id, identity, member_id)
SELECT %(programme_id)s, identity, member_id
FROM unnest(%(identities)b::text[], %(member_ids)b::uuid[]) AS new (identity, member_id)
ORDER BY identity
ON CONFLICT DO NOTHING RETURNING identity
