-- name: identity
-- Members without the identity they are called by, and identities of nobody or of somebody called otherwise.
SELECT member.external_id, member_identity.identity
FROM (SELECT * FROM member WHERE programme_id = %(programme)s::uuid) member
FULL JOIN (SELECT * FROM member_identity WHERE programme_id = %(programme)s::uuid) member_identity
    USING (member_id)
WHERE member.external_id IS DISTINCT FROM member_identity.identity

-- name: command_key
-- Commands without their key, and keys without their command; a settlement is asked by nobody and has none.
SELECT command.key AS of_command, command_key.key AS of_key
FROM (
    SELECT member_id, member_seq, key FROM command
    WHERE programme_id = %(programme)s::uuid AND kind <> 'settle'
) command
FULL JOIN (SELECT * FROM command_key WHERE programme_id = %(programme)s::uuid) command_key
    USING (member_id, member_seq)
WHERE command.key IS DISTINCT FROM command_key.key
