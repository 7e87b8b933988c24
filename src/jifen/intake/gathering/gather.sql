-- name: lock_members
-- The members of these identities, locked in order of id. One after the other by its key: a server that has not looked yet
-- at what a table holds would read all members for each.
WITH i AS MATERIALIZED (
    SELECT identity, member_id FROM member_identity
    WHERE programme_id = %(programme_id)s AND identity = ANY(%(identities)b::text[]) ORDER BY member_id
)
SELECT i.identity, m.*
FROM i CROSS JOIN LATERAL (
    SELECT member_id, external_id, joined_at, opened_at, frozen, facts, facts_since, member_seq, chain, revision,
           generation, state, events_evaluated, last_occurred_at, last_sequence, last_event_id, next_due_at,
           survivor_id
    FROM member WHERE programme_id = %(programme_id)s AND member_id = i.member_id LIMIT 1 FOR UPDATE
) m

-- name: lock_free_members
-- The same, but for those whom another transaction has locked.
WITH i AS MATERIALIZED (
    SELECT identity, member_id FROM member_identity
    WHERE programme_id = %(programme_id)s AND identity = ANY(%(identities)b::text[]) ORDER BY member_id
)
SELECT i.identity, m.*
FROM i CROSS JOIN LATERAL (
    SELECT member_id, external_id, joined_at, opened_at, frozen, facts, facts_since, member_seq, chain, revision,
           generation, state, events_evaluated, last_occurred_at, last_sequence, last_event_id, next_due_at,
           survivor_id
    FROM member WHERE programme_id = %(programme_id)s AND member_id = i.member_id LIMIT 1 FOR UPDATE SKIP LOCKED
) m

-- name: read_members
-- All of them without locks: for quotes and enquiries.
WITH i AS MATERIALIZED (
    SELECT identity, member_id FROM member_identity
    WHERE programme_id = %(programme_id)s AND identity = ANY(%(identities)b::text[]) ORDER BY member_id
)
SELECT i.identity, m.*
FROM i CROSS JOIN LATERAL (
    SELECT member_id, external_id, joined_at, opened_at, frozen, facts, facts_since, member_seq, chain, revision,
           generation, state, events_evaluated, last_occurred_at, last_sequence, last_event_id, next_due_at,
           survivor_id
    FROM member WHERE programme_id = %(programme_id)s AND member_id = i.member_id LIMIT 1
) m

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
SELECT k.key, k.member_id, m.acting_id, m.external_id, c.kind, c.recorded_at, c.body, c.answer,
       e.member_seq, e.occurred_at, e.sequence, e.event_id, e.type, e.local_date - DATE '1970-01-01', e.payload
FROM command_key k
CROSS JOIN LATERAL (
    SELECT kind, recorded_at, occurred_at, body, answer FROM command
    WHERE programme_id = %(programme_id)s AND member_id = k.member_id AND member_seq = k.member_seq
    LIMIT 1
) c
CROSS JOIN LATERAL (
    SELECT external_id, (
        SELECT i.member_id FROM member_identity i
        WHERE i.programme_id = %(programme_id)s AND i.identity = member.external_id
    ) AS acting_id
    FROM member WHERE programme_id = %(programme_id)s AND member_id = k.member_id
    LIMIT 1
) m
LEFT JOIN LATERAL (
    SELECT member_seq, occurred_at, sequence, event_id, type, local_date, payload FROM event
    WHERE programme_id = %(programme_id)s AND member_id = k.member_id
        AND occurred_at = c.occurred_at AND member_seq = k.member_seq
    LIMIT 1
) e ON true
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[])
