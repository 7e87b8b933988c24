-- name: identity
-- Members without the identity they are called by, and identities of nobody or of somebody else: that of a merged
-- member leads to whom that of the survivor does, and its number to itself.
SELECT called.identity, member_identity.identity
FROM (
    SELECT external_id AS identity, member_id FROM member
    WHERE programme_id = %(programme)s::uuid AND survivor_id = member_id
    UNION ALL
    SELECT member.external_id, acting.member_id
    FROM member
    JOIN member survivor ON survivor.programme_id = member.programme_id AND survivor.member_id = member.survivor_id
    LEFT JOIN member_identity acting ON acting.programme_id = member.programme_id AND acting.identity = survivor.external_id
    WHERE member.programme_id = %(programme)s::uuid AND member.survivor_id <> member.member_id
    UNION ALL
    SELECT member_id::text, member_id FROM member
    WHERE programme_id = %(programme)s::uuid AND survivor_id <> member_id
) called
FULL JOIN (SELECT * FROM member_identity WHERE programme_id = %(programme)s::uuid) member_identity
    USING (identity)
WHERE called.member_id IS DISTINCT FROM member_identity.member_id

-- name: survivor
-- Merged members who are not with the one into whom they were merged last, and members who are not known to have absorbed
-- just those who are with them.
WITH RECURSIVE absorbed AS (
    SELECT survivor_id, member_id, external_id FROM member
    WHERE programme_id = %(programme)s::uuid AND survivor_id <> member_id
    UNION
    SELECT absorbed.survivor_id, member.member_id, member.external_id
    FROM absorbed JOIN member ON member.programme_id = %(programme)s::uuid AND member.survivor_id = absorbed.member_id
    WHERE member.survivor_id <> member.member_id AND member.member_id <> absorbed.survivor_id
)
SELECT member.external_id, names::text
FROM member
LEFT JOIN (
    SELECT survivor_id AS member_id, jsonb_agg(external_id ORDER BY external_id COLLATE "C") AS names
    FROM absorbed GROUP BY survivor_id
) theirs USING (member_id)
WHERE member.programme_id = %(programme)s::uuid AND (facts ->> 'absorbed')::jsonb IS DISTINCT FROM names
UNION ALL
SELECT member.external_id, counterpart.member_id::text
FROM member
LEFT JOIN LATERAL (
    SELECT key FROM command
    WHERE command.programme_id = %(programme)s::uuid AND command.member_id = member.member_id
        AND kind IN ('merge', 'claim') AND answer ->> 'refusal' IS NULL
    ORDER BY member_seq DESC LIMIT 1
) last ON true
LEFT JOIN command_key counterpart ON counterpart.programme_id = %(programme)s::uuid
    AND counterpart.key = 'counterpart/' || last.key
WHERE member.programme_id = %(programme)s::uuid AND member.survivor_id <> member.member_id
    AND member.survivor_id IS DISTINCT FROM counterpart.member_id

-- name: counterpart
-- Commands on several members that are not asked of all alike, or of which more or less came to some than went from others.
SELECT coalesce(asked.key, other.of), coalesce(asked.moved, 0) + coalesce(other.moved, 0)
FROM (
    SELECT key, body::text, answer ->> 'along' AS along, batch_id, (answer ->> 'moved')::bigint AS moved FROM command
    WHERE programme_id = %(programme)s::uuid AND kind IN ('transfer', 'cancel', 'cancel_order', 'take_back', 'share', 'merge', 'claim', 'unmerge', 'return', 'event')
        AND answer ->> 'moved' IS NOT NULL
) asked
FULL JOIN (
    SELECT regexp_replace(key, '^(counterpart/)+', '') AS of, min(body::text) AS body, max(body::text) AS same,
           max(answer ->> 'along') AS along, min(batch_id::text)::uuid AS batch_id, max(batch_id::text)::uuid AS batch_too,
           sum((answer ->> 'moved')::bigint)::bigint AS moved
    FROM command WHERE programme_id = %(programme)s::uuid AND kind = 'counterpart'
    GROUP BY 1
) other ON other.of = asked.key
WHERE (asked.body, asked.body, asked.along, asked.batch_id, asked.batch_id, asked.moved)
    IS DISTINCT FROM (other.body, other.same, other.along, other.batch_id, other.batch_too, -other.moved)

-- name: lot_parent
-- Lots that are not what their parent at another member is, and parents of which not as much was taken as came of them; what a command gave
-- back to a parent about an earlier one was no part of that.
SELECT derived.of, derived.granted, taken.points
FROM (
    SELECT substr(command.key, 13) AS of, parent.member_id, parent.member_seq, parent.row_no,
           sum(lot.granted) FILTER (
               WHERE (lot.currency, lot.funder, lot.earned_at, lot.unit_price_micros, parent.member_id IS NULL)
                   = (parent.currency, parent.funder, parent.earned_at, parent.unit_price_micros, false)
           ) AS granted
    FROM lot_parent
    JOIN lot USING (programme_id, member_id, member_seq, row_no)
    JOIN command USING (programme_id, member_id, member_seq)
    LEFT JOIN lot parent ON parent.programme_id = lot_parent.programme_id
        AND parent.member_id = lot_parent.parent_member_id
        AND parent.member_seq = lot_parent.parent_seq AND parent.row_no = lot_parent.parent_row_no
    WHERE lot_parent.programme_id = %(programme)s::uuid AND lot_parent.parent_member_id <> lot_parent.member_id
    GROUP BY 1, 2, 3, 4
) derived
LEFT JOIN LATERAL (
    SELECT sum(taking.points) AS points
    FROM command_key
    JOIN posting USING (programme_id, member_id, member_seq)
    JOIN taking ON taking.programme_id = posting.programme_id AND taking.member_id = posting.member_id
        AND taking.member_seq = posting.member_seq AND taking.posting_row_no = posting.row_no
    WHERE command_key.programme_id = %(programme)s::uuid AND command_key.key = derived.of
        AND posting.account = 5 AND posting.event_seq = 0 AND (taking.lot_seq, taking.lot_row_no) = (derived.member_seq, derived.row_no)
        AND taking.member_id = derived.member_id
) taken ON true
WHERE derived.granted IS NULL OR derived.granted IS DISTINCT FROM taken.points

-- name: parentless
-- Lots that came from another member, of which nothing says from which lot; and parents of no such lot.
SELECT coalesce(came.key, ''), came.granted
FROM (
    SELECT member_id, lot.member_seq, lot.row_no, command.key, lot.granted
    FROM command JOIN lot USING (programme_id, member_id, member_seq)
    WHERE programme_id = %(programme)s::uuid AND command.kind = 'counterpart' AND lot.event_seq = 0
) came
FULL JOIN (
    SELECT * FROM lot_parent WHERE programme_id = %(programme)s::uuid AND parent_member_id <> member_id
) parent
    USING (member_id, member_seq, row_no)
WHERE came.key IS NULL OR parent.parent_seq IS NULL

-- name: household
-- When members belonged where, and were what there, otherwise than their words about it say, each of which counts from when it
-- was said to, and never from before an earlier one.
SELECT coalesce(said.belongs, ''), coalesce(kept.belongs, '')
FROM (
    SELECT member_id, member_seq, household || ' ' || role AS belongs, since, until FROM household_member
    WHERE programme_id = %(programme)s::uuid
) kept
FULL JOIN (
    SELECT member_id, member_seq, leaves, belongs, since,
           coalesce(lead(since) OVER (PARTITION BY member_id ORDER BY member_seq), 'infinity') AS until
    FROM (
        SELECT member_id, member_seq, (body ->> 'leave')::boolean AS leaves,
               (body ->> 'household') || ' ' || coalesce(body ->> 'role', '') AS belongs,
               max(occurred_at) OVER (PARTITION BY member_id ORDER BY member_seq) AS since
        FROM command
        WHERE programme_id = %(programme)s::uuid AND kind = 'group' AND answer ->> 'refusal' IS NULL
    ) each
) said USING (member_id, member_seq)
WHERE (said.belongs, said.since, said.until) IS DISTINCT FROM (kept.belongs, kept.since, kept.until)
    AND NOT (said.leaves AND kept.member_id IS NULL)

-- name: command_key
-- Commands without their key, and keys without their command; a settlement is asked by nobody and has none.
SELECT command.key AS of_command, command_key.key AS of_key
FROM (
    SELECT member_id, member_seq, key FROM command
    WHERE programme_id = %(programme)s::uuid AND kind <> 'settle'
) command
FULL JOIN (SELECT * FROM command_key WHERE programme_id = %(programme)s::uuid) command_key
    USING (member_id, member_seq)
WHERE command.key IS DISTINCT FROM command_key.key
