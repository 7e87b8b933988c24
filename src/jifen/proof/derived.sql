-- name: derived
-- Deeds that bring about something for others without it, and what was brought about by no deed that still does. The id of
-- what is brought about tells deed, rule and recipient (see `deriving`), in whoever's journal a merge has put it.
WITH holding AS (
    SELECT DISTINCT ON (member_id, event_seq) member_id, event_seq, revision, reasons
    FROM award WHERE programme_id = %(programme)s::uuid
    ORDER BY member_id, event_seq, member_seq DESC, row_no DESC
), expected AS (
    SELECT e.event_id AS cause, rule.id AS rule, m.facts ->> 'referrer' AS recipient, e.occurred_at,
           rule.event || '/' || left(encode(sha256(
               convert_to(e.event_id, 'UTF8') || '\x00' || convert_to(rule.id, 'UTF8') || '\x00'
               || convert_to(m.facts ->> 'referrer', 'UTF8')), 'hex'), 24) AS id
    FROM holding
    JOIN unnest(%(revisions)s::integer[], %(places)s::integer[], %(rules)s::text[], %(events)s::text[])
        AS rule (revision, place, id, event)
        ON rule.revision = holding.revision AND length(reasons) > rule.place AND get_byte(reasons, rule.place) = 255
    JOIN member m ON m.programme_id = %(programme)s::uuid AND m.member_id = holding.member_id
    JOIN event e ON e.programme_id = m.programme_id AND e.member_id = m.member_id
        AND e.member_seq = holding.event_seq AND e.type <> ALL(%(types)s)
), standing AS (
    SELECT e.payload -> 'fields' ->> 'cause' AS cause, e.payload -> 'fields' ->> 'rule' AS rule,
           m.external_id AS recipient, e.occurred_at, e.event_id AS id
    FROM event e JOIN member m USING (programme_id, member_id)
    WHERE programme_id = %(programme)s::uuid AND e.type = ANY(%(types)s)
        AND NOT EXISTS (
            SELECT FROM event_return r WHERE r.programme_id = e.programme_id AND r.member_id = e.member_id
                AND r.event_seq = e.member_seq
        )
        AND NOT EXISTS (
            SELECT FROM inbox b WHERE b.programme_id = e.programme_id AND b.member_id = e.member_id
                AND b.kind = 'return' AND b.event_id = e.event_id
        )
    UNION ALL
    SELECT b.body -> 'fields' ->> 'cause', b.body -> 'fields' ->> 'rule', m.external_id,
           instant((b.body ->> 'occurred_at')::bigint), b.event_id
    FROM inbox b JOIN member m USING (programme_id, member_id)
    WHERE programme_id = %(programme)s::uuid AND b.kind = 'event' AND b.body ->> 'type' = ANY(%(types)s)
        AND NOT EXISTS (
            SELECT FROM inbox r WHERE r.programme_id = b.programme_id AND r.member_id = b.member_id
                AND r.kind = 'return' AND r.event_id = b.event_id
        )
), together AS (
    SELECT cause, rule, recipient, occurred_at, id, 1 AS expected, 0 AS standing FROM expected
    UNION ALL
    SELECT cause, rule, recipient, occurred_at, split_part(id, '/', 1) || '/' || split_part(id, '/', 2), 0, 1 FROM standing
)
SELECT t.cause, t.rule, min(t.recipient), sum(t.standing), sum(t.expected)
FROM together t LEFT JOIN member m ON m.programme_id = %(programme)s::uuid AND m.external_id = t.recipient
WHERE m.member_id IS NULL OR t.occurred_at >= greatest(m.opened_at, m.joined_at)
GROUP BY t.id, 1, 2 HAVING sum(t.standing) <> sum(t.expected)

-- name: codes
-- The referral codes, with the members of this programme whose they are.
SELECT c.code, c.member_id, m.external_id
FROM referral_code c LEFT JOIN member m USING (programme_id, member_id)
WHERE c.programme_id = %(programme)s::uuid
