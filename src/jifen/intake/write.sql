-- name: update_members
-- What a batch changed of its members.
UPDATE member m SET
    opened_at = instant(new.opened_at), frozen = new.frozen, facts = new.facts,
    facts_since = instant(new.facts_since), member_seq = new.member_seq, chain = new.chain,
    revision = new.revision, generation = %(generation)s, state = new.state,
    events_evaluated = new.events_evaluated, last_occurred_at = instant(new.last_occurred_at),
    last_sequence = new.last_sequence, last_event_id = new.last_event_id,
    next_due_at = instant(new.next_due_at)
FROM unnest(%(member_ids)b::uuid[], %(opened_at)b::bigint[], %(frozen)b::boolean[], %(facts)b::json[],
            %(facts_since)b::bigint[], %(revisions)b::integer[], %(member_seqs)b::bigint[], %(chains)b::bytea[], %(states)b::bytea[],
            %(events_evaluated)b::bigint[], %(last_occurred_at)b::bigint[], %(last_sequence)b::bigint[], %(last_event_id)b::text[],
            %(next_due_at)b::bigint[])
     AS new (member_id, opened_at, frozen, facts, facts_since, revision, member_seq, chain, state, events_evaluated,
             last_occurred_at, last_sequence, last_event_id, next_due_at)
WHERE m.programme_id = %(programme_id)s AND m.member_id = new.member_id
  AND m.member_id = ANY(%(member_ids)b::uuid[])  -- by its key, also where the server knows of no rows yet

-- name: forget_checkpoints
-- Checkpoints behind the places in histories that changed.
DELETE FROM checkpoint c
USING unnest(%(member_ids)b::uuid[], %(occurred_at)b::bigint[], %(sequences)b::bigint[], %(event_ids)b::text[])
      AS place (member_id, occurred_at, sequence, event_id)
WHERE c.programme_id = %(programme_id)s AND c.member_id = place.member_id
  AND (c.occurred_at, c.sequence, c.event_id) >= (instant(place.occurred_at), place.sequence, place.event_id)
