-- name: keep_code
-- Gives a member a code, unless the member has one or somebody else has this one.
INSERT INTO referral_code (programme_id, code, member_id)
VALUES (%(programme_id)s, %(code)s, %(member_id)s) ON CONFLICT DO NOTHING

-- name: code_of_member
-- The code that a member has.
SELECT code FROM referral_code WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s

-- name: member_of_code
-- Whose code this is.
SELECT m.external_id FROM referral_code JOIN member m USING (programme_id, member_id)
WHERE programme_id = %(programme_id)s AND code = %(code)s
