-- name: merges
-- The last word about the merge of members, as the survivors heard it, and whether events came into their own history later.
SELECT last.member_id, counterpart.key, counterpart.member_seq, EXISTS (
    SELECT FROM event e WHERE e.programme_id = %(programme_id)s AND e.member_id = last.member_id AND e.member_seq > last.member_seq)
FROM (
    SELECT DISTINCT ON (member_id) member_id, member_seq, key FROM command
    WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND kind IN ('merge', 'claim')
        AND answer ->> 'refusal' IS NULL
    ORDER BY member_id, member_seq DESC
) last
JOIN command_key counterpart ON counterpart.programme_id = %(programme_id)s AND counterpart.key = 'counterpart/' || last.key

-- name: came_back
-- What was returned of the events of merged members, in the order recorded, with the survivor's command by which it was: 0
-- from before the merge, and whether either is so.
SELECT r.member_id, r.event_seq, r.payload, coalesce(counterpart.member_seq, 0),
       counterpart.member_seq IS NOT NULL OR r.member_seq < last.member_seq
FROM event_return r
JOIN command c USING (programme_id, member_id, member_seq)
JOIN member m USING (programme_id, member_id)
JOIN LATERAL (
    SELECT max(tie.member_seq) AS member_seq FROM command tie
    WHERE tie.programme_id = r.programme_id AND tie.member_id = r.member_id AND tie.kind IN ('merge', 'claim')
        AND tie.answer ->> 'refusal' IS NULL
) last ON true
LEFT JOIN command_key counterpart ON counterpart.programme_id = r.programme_id AND counterpart.key = 'counterpart/' || c.key
    AND counterpart.member_id = m.survivor_id AND r.member_seq > last.member_seq
WHERE r.programme_id = %(programme_id)s AND r.member_id = ANY(%(member_ids)b::uuid[])
ORDER BY r.member_id, r.member_seq
