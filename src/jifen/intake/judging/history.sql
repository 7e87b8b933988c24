-- name: events_behind
-- The events of members behind places in their histories, in history order, each with the number of its place.
SELECT place.number, e.*
FROM unnest(%(member_ids)b::uuid[], %(occurred_at)b::bigint[], %(sequences)b::bigint[], %(event_ids)b::text[])
     WITH ORDINALITY AS place (member_id, occurred_at, sequence, event_id, number)
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
-- The evaluations of members from commands on, in the order recorded, each with the number of its command.
SELECT since.number, a.*
FROM unnest(%(member_ids)b::uuid[], %(member_seqs)b::bigint[])
     WITH ORDINALITY AS since (member_id, member_seq, number)
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

-- name: awards_of_events
-- Every evaluation of some events of a member, in the order recorded.
SELECT event_seq, revision, reasons, components FROM award
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s AND event_seq = ANY(%(event_seqs)b::bigint[])
ORDER BY event_seq, member_seq, row_no
