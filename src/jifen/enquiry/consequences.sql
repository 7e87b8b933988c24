-- name: states
-- Every member's state behind the last event, with the layout it was written in.
SELECT member_id, generation, state FROM member WHERE programme_id = %(programme_id)s
