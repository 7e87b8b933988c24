-- name: keys_of_commands
-- The keys (kind/sender's id) of some commands of a member.
SELECT member_seq, key FROM command
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid
    AND member_seq = ANY(%(seqs)s::bigint[])
