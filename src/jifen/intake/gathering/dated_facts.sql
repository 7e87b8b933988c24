-- name: facts_said
-- What was known of these members when they joined, and what was said of them since, in order.
SELECT member_id, kind, occurred_at, body FROM command
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND kind IN ('enrol', 'set_fact')
  AND answer ->> 'state' IS DISTINCT FROM 'refused'
ORDER BY member_id, member_seq
