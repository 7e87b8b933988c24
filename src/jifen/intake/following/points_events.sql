-- name: lapses
-- What expired of lots and came back, in the order recorded (account 3): of all lots of some members, and of all that
-- ended at one instant with any of some lots. Left out are lots that had ended before they were earned, and those that
-- were given because points had expired: these end without another event.
WITH ended AS MATERIALIZED (
    SELECT member_id, member_seq, row_no FROM posting
    WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) AND account = 3
    UNION
    SELECT lot.member_id, beside.member_seq, beside.row_no
    FROM unnest(%(lot_members)b::uuid[], %(lot_seqs)b::bigint[], %(lot_rows)b::integer[]) AS lot (member_id, seq, row_no)
    CROSS JOIN LATERAL (
        SELECT * FROM taking
        WHERE programme_id = %(programme_id)s AND member_id = lot.member_id AND lot_seq = lot.seq
            AND lot_row_no = lot.row_no
        OFFSET 0
    ) AS taking
    CROSS JOIN LATERAL (
        SELECT * FROM posting
        WHERE programme_id = %(programme_id)s AND member_id = lot.member_id AND member_seq = taking.member_seq
            AND row_no = taking.posting_row_no AND account = 3
        OFFSET 0
    ) AS posting
    CROSS JOIN LATERAL (
        SELECT * FROM posting AS beside
        WHERE programme_id = %(programme_id)s AND member_id = lot.member_id AND account = 3
            AND effective_at = posting.effective_at
        OFFSET 0
    ) AS beside
),
lots AS MATERIALIZED (
    SELECT DISTINCT ended.member_id, taking.lot_seq, taking.lot_row_no
    FROM ended
    CROSS JOIN LATERAL (
        SELECT * FROM taking
        WHERE programme_id = %(programme_id)s AND member_id = ended.member_id AND member_seq = ended.member_seq
            AND posting_row_no = ended.row_no
        OFFSET 0
    ) AS taking
)
SELECT taking.member_id, lot.member_seq, lot.row_no, lot.currency, lot.expires_at, posting.effective_at, taking.points
FROM lots
CROSS JOIN LATERAL (
    SELECT * FROM lot
    WHERE programme_id = %(programme_id)s AND member_id = lots.member_id AND member_seq = lots.lot_seq
        AND row_no = lots.lot_row_no AND expires_at > earned_at
    OFFSET 0
) AS lot
CROSS JOIN LATERAL (
    SELECT * FROM taking
    WHERE programme_id = %(programme_id)s AND member_id = lot.member_id AND lot_seq = lot.member_seq
        AND lot_row_no = lot.row_no
    OFFSET 0
) AS taking
CROSS JOIN LATERAL (
    SELECT * FROM posting
    WHERE programme_id = %(programme_id)s AND member_id = lot.member_id AND member_seq = taking.member_seq
        AND row_no = taking.posting_row_no AND account = 3
    OFFSET 0
) AS posting
WHERE NOT EXISTS (
    SELECT FROM event
    WHERE event.programme_id = %(programme_id)s AND event.member_id = lot.member_id
        AND event.occurred_at = lot.earned_at AND event.member_seq = lot.event_seq AND event.type = 'expired')
ORDER BY taking.member_id, taking.member_seq, taking.row_no

-- name: uses
-- Exchanges and redemptions of members, by the first and last number of their commands, with what of them was not
-- undone: the kind of command, the id, when, what was taken of which currency, what came of it in which other one, and
-- what a redemption said.
-- What an exchange takes goes through transit (account 5), that of a redemption is redeemed (2); postings that undo it
-- name the command. Here as above each part is looked up by the one before (OFFSET 0, LIMIT), however little the planner
-- knows of the tables.
SELECT command.member_id, command.kind, substr(command.key, length(command.kind) + 2), gone.effective_at,
       gone.currency, (-gone.points - coalesce(undone.back, 0))::bigint,
       came.currency, (came.granted + coalesce(undone.again, 0))::bigint, command.body -> 'fields'
FROM unnest(%(member_ids)b::uuid[], %(firsts)b::bigint[], %(lasts)b::bigint[]) AS asked (member_id, first, last)
CROSS JOIN LATERAL (
    SELECT * FROM command
    WHERE programme_id = %(programme_id)s AND member_id = asked.member_id
        AND member_seq BETWEEN asked.first AND asked.last AND kind = ANY(%(kinds)s)
    OFFSET 0
) AS command
CROSS JOIN LATERAL (
    SELECT * FROM posting
    WHERE programme_id = %(programme_id)s AND member_id = asked.member_id AND member_seq = command.member_seq
        AND points < 0 AND account = CASE command.kind WHEN 'exchange' THEN 5 ELSE 2 END
    ORDER BY row_no LIMIT 1
) AS gone
CROSS JOIN LATERAL (
    SELECT min(currency) AS currency, sum(granted) AS granted FROM lot  -- of an exchange, one for each funder
    WHERE programme_id = %(programme_id)s AND member_id = asked.member_id AND member_seq = command.member_seq
        AND currency <> gone.currency
    HAVING count(*) > 0
) AS came
CROSS JOIN LATERAL (
    SELECT sum(points) FILTER (WHERE points > 0 AND currency = gone.currency) AS back,
           sum(points) FILTER (WHERE points < 0 AND currency = came.currency) AS again
    FROM posting
    WHERE programme_id = %(programme_id)s AND member_id = asked.member_id AND event_seq = command.member_seq
        AND event_seq <> 0 AND event_seq <> member_seq AND account IN (1, 2, 5)
) AS undone
ORDER BY command.member_id, command.member_seq

-- name: events_of_types
-- The events of members of some types that occurred from one instant to another, in history order.
SELECT event.member_id, member_seq, occurred_at, sequence, event_id, type, local_date - DATE '1970-01-01', payload
FROM unnest(%(member_ids)b::uuid[], %(firsts)b::bigint[], %(lasts)b::bigint[]) AS asked (member_id, first, last)
JOIN event ON event.programme_id = %(programme_id)s AND event.member_id = asked.member_id
    AND occurred_at BETWEEN instant(asked.first) AND instant(asked.last)
WHERE type = ANY(%(types)s)
ORDER BY event.member_id, occurred_at, sequence, event_id
