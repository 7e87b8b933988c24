-- name: lock_members
-- The members of these identities, locked in order of id.
SELECT i.identity, m.member_id, m.external_id, m.joined_at, m.opened_at, m.frozen, m.facts, m.facts_since,
       m.member_seq, m.chain, m.revision, m.generation, m.state, m.events_evaluated,
       m.last_occurred_at, m.last_sequence, m.last_event_id, m.next_due_at, m.survivor_id
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme_id)s AND i.identity = ANY(%(identities)b::text[])
ORDER BY m.member_id FOR UPDATE OF m

-- name: lock_free_members
-- The same, but for those whom another transaction has locked.
SELECT i.identity, m.member_id, m.external_id, m.joined_at, m.opened_at, m.frozen, m.facts, m.facts_since,
       m.member_seq, m.chain, m.revision, m.generation, m.state, m.events_evaluated,
       m.last_occurred_at, m.last_sequence, m.last_event_id, m.next_due_at, m.survivor_id
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme_id)s AND i.identity = ANY(%(identities)b::text[])
ORDER BY m.member_id FOR UPDATE OF m SKIP LOCKED

-- name: read_members
-- All of them without locks: for quotes and enquiries.
SELECT i.identity, m.member_id, m.external_id, m.joined_at, m.opened_at, m.frozen, m.facts, m.facts_since,
       m.member_seq, m.chain, m.revision, m.generation, m.state, m.events_evaluated,
       m.last_occurred_at, m.last_sequence, m.last_event_id, m.next_due_at, m.survivor_id
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme_id)s AND i.identity = ANY(%(identities)b::text[])
ORDER BY m.member_id

-- name: due_members
-- Members whose lots or holds time changes by now, longest overdue first, but for some.
SELECT external_id FROM member
WHERE programme_id = %(programme_id)s AND next_due_at <= instant(%(now)s) AND next_due_at < 'infinity'
  AND external_id <> ALL(%(left_out)b::text[])
ORDER BY next_due_at LIMIT %(most)s

-- name: first_due
-- The first instant at which time brings something to any member.
SELECT next_due_at FROM member WHERE programme_id = %(programme_id)s AND next_due_at < 'infinity'
ORDER BY next_due_at LIMIT 1

-- name: known_commands
-- What has been answered to these keys, to whom, and who acts for them today; with the event where it was one.
SELECT k.key, c.member_id, i.member_id, m.external_id, c.kind, c.recorded_at, c.body, c.answer,
       e.member_seq, e.occurred_at, e.sequence, e.event_id, e.type, e.local_date - DATE '1970-01-01', e.payload
FROM command_key k
JOIN command c USING (programme_id, member_id, member_seq)
JOIN member m USING (programme_id, member_id)
JOIN member_identity i ON i.programme_id = m.programme_id AND i.identity = m.external_id
LEFT JOIN event e ON e.programme_id = c.programme_id AND e.member_id = c.member_id
                 AND e.occurred_at = c.occurred_at AND e.member_seq = c.member_seq
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[])
