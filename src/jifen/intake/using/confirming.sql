-- name: confirmed_with_others
-- When points of members' events became available with those into whom the members were merged, also in turn, whether or
-- not they are parted by now.
WITH RECURSIVE asked AS (
    SELECT * FROM unnest(%(member_ids)b::uuid[], %(event_seqs)b::bigint[]) AS asked (member_id, event_seq)
), into_whom AS (
    SELECT member_id AS owner_id, member_id FROM asked
    UNION
    SELECT into_whom.owner_id, survivor.member_id
    FROM into_whom
    JOIN command ON command.programme_id = %(programme_id)s AND command.member_id = into_whom.member_id
        AND command.kind = 'merge'
    JOIN member survivor ON survivor.programme_id = %(programme_id)s AND survivor.external_id = command.body ->> 'into'
), came AS (
    SELECT asked.member_id AS owner_id, asked.event_seq, lot.member_id, lot.member_seq, lot.row_no
    FROM asked
    JOIN lot ON lot.programme_id = %(programme_id)s AND lot.member_id = asked.member_id
        AND lot.event_seq = asked.event_seq
    UNION
    SELECT came.owner_id, came.event_seq, later.member_id, later.member_seq, later.row_no
    FROM came
    JOIN into_whom USING (owner_id)
    JOIN lot_parent later ON later.programme_id = %(programme_id)s AND later.member_id = into_whom.member_id
        AND later.parent_member_id = came.member_id
        AND (later.parent_seq, later.parent_row_no) = (came.member_seq, came.row_no)
)
SELECT came.owner_id, came.event_seq, max(lot.available_at)
FROM came
JOIN lot ON lot.programme_id = %(programme_id)s AND lot.member_id = came.member_id
    AND lot.member_seq = came.member_seq AND lot.row_no = came.row_no
WHERE lot.earned_at < lot.available_at AND lot.available_at <= instant(%(now)s)
GROUP BY came.owner_id, came.event_seq

-- name: confirmed_before
-- When members' events were confirmed though nothing of them waited: by which type of event that named them, or by command.
WITH asked AS (
    SELECT * FROM unnest(%(member_ids)b::uuid[], %(event_seqs)b::bigint[], %(event_ids)s::text[])
        AS asked (member_id, event_seq, event_id)
)
SELECT asked.member_id, asked.event_seq, event.type, min(event.recorded_at)
FROM asked
JOIN event ON event.programme_id = %(programme_id)s AND event.member_id = asked.member_id
    AND event.type = ANY(%(types)s) AND event.payload -> 'fields' ->> 'of' = asked.event_id
WHERE NOT EXISTS (
    SELECT FROM event_return back
    WHERE back.programme_id = %(programme_id)s AND back.member_id = event.member_id AND back.event_seq = event.member_seq
)
GROUP BY asked.member_id, asked.event_seq, event.type
UNION ALL
SELECT asked.member_id, asked.event_seq, 'confirm', min(command.recorded_at)
FROM asked
JOIN command ON command.programme_id = %(programme_id)s AND command.member_id = asked.member_id
    AND command.kind = 'confirm' AND command.body ->> 'of' = asked.event_id
GROUP BY asked.member_id, asked.event_seq
