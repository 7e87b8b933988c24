-- name: members
-- Every member who acts, when time next looks at them, and when the last command of theirs was recorded.
SELECT m.external_id, m.joined_at, m.facts, m.next_due_at, c.recorded_at
FROM member m JOIN command c USING (programme_id, member_id, member_seq)
WHERE m.programme_id = %(programme)s::uuid AND m.survivor_id = m.member_id ORDER BY m.external_id

-- name: made
-- Which of these events are in a journal or on their way to it.
SELECT event_id FROM unnest(%(ids)b::text[]) AS asked (event_id)
WHERE EXISTS (
    SELECT FROM command_key k WHERE k.programme_id = %(programme)s::uuid AND k.key = 'event/' || asked.event_id
) OR EXISTS (
    SELECT FROM inbox b WHERE b.programme_id = %(programme)s::uuid AND b.event_id = asked.event_id
)
