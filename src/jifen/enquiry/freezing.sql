-- name: last_freeze
-- The last command that froze a member: when it was recorded, who asked, and the body.
SELECT recorded_at, actor, body FROM command
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND kind = 'freeze'
    AND answer ->> 'refusal' IS NULL AND (body ->> 'frozen')::boolean
ORDER BY member_seq DESC LIMIT 1
