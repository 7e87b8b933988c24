-- name: merges
-- When members were merged into others the last time.
SELECT DISTINCT ON (member_id) member_id, recorded_at FROM command
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND kind IN ('merge', 'claim')
    AND answer ->> 'refusal' IS NULL
ORDER BY member_id, member_seq DESC
