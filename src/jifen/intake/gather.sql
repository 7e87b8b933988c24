-- name: lock_members
-- The members of these identities, locked in order of id.
SELECT i.identity, m.member_id, m.external_id, m.joined_at, m.opened_at, m.frozen, m.facts, m.member_seq, m.chain,
       m.revision, m.generation, m.state, m.events_evaluated,
       m.last_occurred_at, m.last_sequence, m.last_event_id, m.next_due_at, m.survivor_id
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme_id)s AND i.identity = ANY(%(identities)b::text[])
ORDER BY m.member_id FOR UPDATE OF m

-- name: read_members
-- The same, without locks: for quotes and enquiries.
SELECT i.identity, m.member_id, m.external_id, m.joined_at, m.opened_at, m.frozen, m.facts, m.member_seq, m.chain,
       m.revision, m.generation, m.state, m.events_evaluated,
       m.last_occurred_at, m.last_sequence, m.last_event_id, m.next_due_at, m.survivor_id
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme_id)s AND i.identity = ANY(%(identities)b::text[])
ORDER BY m.member_id

-- name: due_members
-- Members whose lots or holds time changes by now, longest overdue first.
SELECT external_id FROM member
WHERE programme_id = %(programme_id)s AND next_due_at <= instant(%(now)s) AND next_due_at < 'infinity'
ORDER BY next_due_at LIMIT %(most)s

-- name: first_due
-- The first instant at which time brings something to any member.
SELECT next_due_at FROM member WHERE programme_id = %(programme_id)s AND next_due_at < 'infinity'
ORDER BY next_due_at LIMIT 1

-- name: known_commands
-- What has been answered to these keys, with the event where it was one.
SELECT k.key, c.member_id, m.survivor_id, m.external_id, c.kind, c.body, c.answer,
       e.member_seq, e.occurred_at, e.sequence, e.event_id, e.type, e.local_date - DATE '1970-01-01', e.payload
FROM command_key k
JOIN command c USING (programme_id, member_id, member_seq)
JOIN member m USING (programme_id, member_id)
LEFT JOIN event e ON e.programme_id = c.programme_id AND e.member_id = c.member_id
                 AND e.occurred_at = c.occurred_at AND e.member_seq = c.member_seq
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[])

-- name: events_behind
-- The events of members behind places in their histories, in history order.
SELECT place.member_id, e.*
FROM unnest(%(member_ids)b::uuid[], %(occurred_at)b::bigint[], %(sequences)b::bigint[], %(event_ids)b::text[])
     AS place (member_id, occurred_at, sequence, event_id)
CROSS JOIN LATERAL (
    SELECT member_seq, occurred_at, sequence, event_id, type, local_date - DATE '1970-01-01', payload
    FROM event
    WHERE programme_id = %(programme_id)s AND member_id = place.member_id
      AND (occurred_at, sequence, event_id) > (instant(place.occurred_at), place.sequence, place.event_id)
    ORDER BY occurred_at, sequence, event_id
) AS e

-- name: returns_of_members
-- Everything that members returned, in the order recorded.
SELECT member_id, event_seq, payload FROM event_return
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) ORDER BY member_id, member_seq

-- name: awards_since
-- The evaluations of members from a command on, in the order recorded.
SELECT since.member_id, a.*
FROM unnest(%(member_ids)b::uuid[], %(member_seqs)b::bigint[]) AS since (member_id, member_seq)
CROSS JOIN LATERAL (
    SELECT event_seq, revision, tier, reasons, components FROM award
    WHERE programme_id = %(programme_id)s AND member_id = since.member_id AND award.member_seq >= since.member_seq
    ORDER BY award.member_seq, row_no
) AS a

-- name: checkpoints_before
-- The last checkpoint of each member that lies before a place in history.
SELECT place.member_id, c.*
FROM unnest(%(member_ids)b::uuid[], %(occurred_at)b::bigint[], %(sequences)b::bigint[], %(event_ids)b::text[])
     AS place (member_id, occurred_at, sequence, event_id)
CROSS JOIN LATERAL (
    SELECT occurred_at, sequence, event_id, events, state FROM checkpoint
    WHERE programme_id = %(programme_id)s AND member_id = place.member_id AND generation = %(generation)s
      AND (occurred_at, sequence, event_id) < (instant(place.occurred_at), place.sequence, place.event_id)
    ORDER BY occurred_at DESC, sequence DESC, event_id DESC LIMIT 1
) AS c
