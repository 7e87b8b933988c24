-- name: members_with_states
-- Every member's name, and the state behind the last event with the layout it was written in.
SELECT external_id, member_id, generation, state FROM member WHERE programme_id = %(programme_id)s
