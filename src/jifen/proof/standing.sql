-- name: merges
-- The last word about the merge of members, by their own number, and as those above heard it.
SELECT last.member_id, last.member_seq, counterpart.key, counterpart.member_seq
FROM (
    SELECT DISTINCT ON (member_id) member_id, member_seq, key FROM command
    WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND kind IN ('merge', 'claim')
        AND answer ->> 'refusal' IS NULL
    ORDER BY member_id, member_seq DESC
) last
JOIN command_key counterpart ON counterpart.programme_id = %(programme_id)s AND counterpart.key = 'counterpart/' || last.key

-- name: heard
-- What members' journals have since they were merged, and as those above heard it.
SELECT c.member_id, c.member_seq, counterpart.member_seq
FROM unnest(%(member_ids)b::uuid[], %(above)b::uuid[], %(since)b::bigint[]) AS merged (member_id, above, since)
JOIN command c ON c.programme_id = %(programme_id)s AND c.member_id = merged.member_id AND c.member_seq > merged.since
JOIN command_key counterpart ON counterpart.programme_id = c.programme_id AND counterpart.key = 'counterpart/' || c.key
    AND counterpart.member_id = merged.above

-- name: came_back
-- What was returned of the events of members, in the order recorded.
SELECT member_id, member_seq, event_seq, payload FROM event_return
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) ORDER BY member_id, member_seq
