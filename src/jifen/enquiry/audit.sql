-- name: commands_recorded
-- What was recorded from an instant on and before a place, the last first, of some kinds and actors and with some metadata, where
-- they are named: commands of members, and behind those of the same instant what was done to the programme, its keys and its webhooks.
SELECT * FROM (
    (SELECT c.recorded_at, c.member_id, c.member_seq, m.external_id, c.occurred_at, c.key, c.kind, c.actor,
           c.body ->> 'reason', c.body -> 'metadata', '{}'::json, c.answer
    FROM command c JOIN member m USING (programme_id, member_id)
    WHERE c.programme_id = %(programme)s::uuid
        AND c.recorded_at BETWEEN instant(%(since)s) AND instant(%(at)s)
        AND (c.recorded_at, c.member_id, c.member_seq) < (instant(%(at)s), %(member)s::uuid, %(seq)s::bigint)
        AND (%(kind)s::text IS NULL OR c.kind = %(kind)s)
        AND (%(actor)s::text IS NULL OR c.actor = %(actor)s OR starts_with(c.actor, %(actor)s || '/'))
        AND (%(noted)s::text IS NULL OR c.body -> 'metadata' ->> %(noted)s = %(text)s)
    ORDER BY c.recorded_at DESC, c.member_id DESC, c.member_seq DESC
    LIMIT %(most)s)
    UNION ALL
    (SELECT d.recorded_at, '00000000-0000-0000-0000-000000000000'::uuid, d.deed_no, NULL, d.recorded_at, d.kind || '/' || d.about, d.kind, d.actor,
           NULL, NULL, d.terms, NULL
    FROM programme_deed d
    WHERE d.programme_id = %(programme)s::uuid
        AND d.recorded_at BETWEEN instant(%(since)s) AND instant(%(at)s)
        AND (d.recorded_at, '00000000-0000-0000-0000-000000000000'::uuid, d.deed_no) < (instant(%(at)s), %(member)s::uuid, %(seq)s::bigint)
        AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
        AND (%(actor)s::text IS NULL OR d.actor = %(actor)s OR starts_with(d.actor, %(actor)s || '/'))
        AND %(noted)s::text IS NULL
    ORDER BY d.recorded_at DESC, d.deed_no DESC
    LIMIT %(most)s)
    UNION ALL
    (SELECT s.recorded_at, '00000000-0000-0000-0000-000000000001'::uuid, s.change_no, NULL, s.recorded_at, 'stock/' || s.change_id, 'stock', s.actor,
           nullif(s.reason, ''), NULL,
           json_strip_nulls(json_build_object('reward', k.id, 'place', nullif(s.place, ''), s.kind, s.asked::text)), NULL
    FROM stock_change s JOIN currency k ON k.programme_id = %(programme)s::uuid AND k.currency = s.currency
    WHERE s.programme_id = %(programme)s::uuid
        AND s.recorded_at BETWEEN instant(%(since)s) AND instant(%(at)s)
        AND (s.recorded_at, '00000000-0000-0000-0000-000000000001'::uuid, s.change_no) < (instant(%(at)s), %(member)s::uuid, %(seq)s::bigint)
        AND (%(kind)s::text IS NULL OR %(kind)s = 'stock')
        AND (%(actor)s::text IS NULL OR s.actor = %(actor)s OR starts_with(s.actor, %(actor)s || '/'))
    ORDER BY s.recorded_at DESC, s.change_no DESC
    LIMIT %(most)s)
) AS recorded ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT %(most)s

-- name: commands_of_member
-- The same of one member, in the order of the member's commands.
SELECT c.recorded_at, c.member_id, c.member_seq, m.external_id, c.occurred_at, c.key, c.kind, c.actor,
       c.body ->> 'reason', c.body -> 'metadata', '{}'::json, c.answer
FROM command c JOIN member m USING (programme_id, member_id)
WHERE c.programme_id = %(programme)s::uuid AND c.member_id = %(of)s::uuid AND c.member_seq < %(seq)s::bigint
    AND c.recorded_at BETWEEN instant(%(since)s) AND instant(%(at)s)
    AND (%(kind)s::text IS NULL OR c.kind = %(kind)s)
    AND (%(actor)s::text IS NULL OR c.actor = %(actor)s OR starts_with(c.actor, %(actor)s || '/'))
    AND (%(noted)s::text IS NULL OR c.body -> 'metadata' ->> %(noted)s = %(text)s)
ORDER BY c.member_seq DESC
LIMIT %(most)s

-- name: member_named
-- To whom a name leads.
SELECT member_id FROM member_identity WHERE programme_id = %(programme)s::uuid AND identity = %(identity)s
