-- name: keys_of_open_lots
-- The keys (kind/sender's id) of the commands that gave or made what of a member's lots holds points.
SELECT member_seq, key FROM command
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND member_seq = ANY(ARRAY(
    SELECT DISTINCT coalesce(nullif(event_seq, 0), member_seq) FROM lot
    WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND remaining > 0))

-- name: completed_referrals
-- How many deeds of friends a member was told of that still stand.
SELECT count(*) FROM event e
WHERE e.programme_id = %(programme)s::uuid AND e.member_id = %(member)s::uuid AND e.type = 'referral_completed'
  AND NOT EXISTS (
      SELECT FROM event_return r WHERE r.programme_id = %(programme)s::uuid AND r.member_id = e.member_id
          AND r.event_seq = e.member_seq
  )
