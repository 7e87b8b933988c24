-- name: update_members
-- What a batch changed of its members.
UPDATE member m SET
    frozen = new.frozen, facts = new.facts, member_seq = new.member_seq, chain = new.chain,
    revision = %(revision)s, generation = %(generation)s, state = new.state,
    events_evaluated = new.events_evaluated, last_occurred_at = instant(new.last_occurred_at),
    last_sequence = new.last_sequence, last_event_id = new.last_event_id,
    next_due_at = instant(new.next_due_at)
FROM unnest(%(member_ids)b::uuid[], %(frozen)b::boolean[], %(facts)b::json[], %(member_seqs)b::bigint[],
            %(chains)b::bytea[], %(states)b::bytea[], %(events_evaluated)b::bigint[],
            %(last_occurred_at)b::bigint[], %(last_sequence)b::bigint[], %(last_event_id)b::text[],
            %(next_due_at)b::bigint[])
     AS new (member_id, frozen, facts, member_seq, chain, state, events_evaluated,
             last_occurred_at, last_sequence, last_event_id, next_due_at)
WHERE m.programme_id = %(programme_id)s AND m.member_id = new.member_id

-- name: forget_checkpoints
-- Checkpoints behind a place in history that changed.
DELETE FROM checkpoint
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s
  AND (occurred_at, sequence, event_id) >= (instant(%(occurred_at)s), %(sequence)s, %(event_id)s)
