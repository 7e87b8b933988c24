-- name: insert_identities
-- Claims identities for new members; those already known stay as they are.
INSERT INTO member_identity (programme_id, identity, member_id)
SELECT %(programme_id)s, identity, member_id
FROM unnest(%(identities)b::text[], %(member_ids)b::uuid[]) AS new (identity, member_id)
ORDER BY identity
ON CONFLICT DO NOTHING RETURNING identity

-- name: known_identities
-- Those of some names by which somebody is known.
SELECT identity FROM member_identity
WHERE programme_id = %(programme_id)s AND identity = ANY(%(identities)b::text[])

-- name: enrolment
-- What somebody joined with, by the key of it.
SELECT command.body::text
FROM command_key JOIN command USING (programme_id, member_id, member_seq)
WHERE command_key.programme_id = %(programme_id)s AND command_key.key = %(key)s
