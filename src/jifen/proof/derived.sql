-- name: deeds
-- Deeds whose award says that a rule of theirs holds which brings about something for others: by the number of the rule.
WITH holding AS (
    SELECT DISTINCT ON (member_id, event_seq) member_id, event_seq, revision, reasons, components
    FROM award WHERE programme_id = %(programme)s::uuid
    ORDER BY member_id, event_seq, member_seq DESC, row_no DESC
)
SELECT rule.number - 1, m.external_id, e.event_id, e.occurred_at, m.facts ->> 'referrer', e.payload -> 'facts', components
FROM holding
JOIN unnest(%(revisions)s::integer[], %(places)s::integer[]) WITH ORDINALITY AS rule (revision, place, number)
    ON rule.revision = holding.revision AND length(reasons) > rule.place AND get_byte(reasons, rule.place) = 255
JOIN member m ON m.programme_id = %(programme)s::uuid AND m.member_id = holding.member_id
JOIN event e ON e.programme_id = m.programme_id AND e.member_id = m.member_id
    AND e.member_seq = holding.event_seq AND e.type <> ALL(%(types)s)

-- name: standing
-- What deeds of others have brought about and is not withdrawn, in whoever's journal a merge has put it or still in an inbox.
SELECT e.event_id, e.payload -> 'fields', m.external_id
FROM event e JOIN member m USING (programme_id, member_id)
WHERE programme_id = %(programme)s::uuid AND e.type = ANY(%(types)s)
    AND NOT EXISTS (
        SELECT FROM event_return r WHERE r.programme_id = %(programme)s::uuid AND r.member_id = e.member_id
            AND r.event_seq = e.member_seq
    )
    AND NOT EXISTS (
        SELECT FROM inbox b WHERE b.programme_id = %(programme)s::uuid AND b.member_id = e.member_id
            AND b.kind = 'return' AND b.event_id = e.event_id
    )
UNION ALL
SELECT b.event_id, b.body -> 'fields', m.external_id
FROM inbox b JOIN member m USING (programme_id, member_id)
WHERE programme_id = %(programme)s::uuid AND b.kind = 'event' AND b.body ->> 'type' = ANY(%(types)s)
    AND NOT EXISTS (
        SELECT FROM inbox r WHERE r.programme_id = %(programme)s::uuid AND r.member_id = b.member_id
            AND r.kind = 'return' AND r.event_id = b.event_id
    )

-- name: histories
-- Since when there is a history of members, by their names.
SELECT external_id, greatest(opened_at, joined_at) FROM member
WHERE programme_id = %(programme)s::uuid AND external_id = ANY(%(names)s)

-- name: owners
-- Events that count for a household whose owner, as recorded with them, was none of a household of the member's by then.
SELECT m.external_id, e.event_id, e.payload -> 'facts' ->> 'household'
FROM event e JOIN member m USING (programme_id, member_id)
WHERE e.programme_id = %(programme)s::uuid AND e.payload -> 'facts' ->> 'household' IS NOT NULL AND NOT EXISTS (
    SELECT FROM household_member mine
    JOIN household_member other ON other.programme_id = mine.programme_id AND other.household = mine.household
        AND other.role = 'owner' AND other.since <= e.occurred_at
    JOIN member owner ON owner.programme_id = other.programme_id AND owner.member_id = other.member_id
    WHERE mine.programme_id = %(programme)s::uuid AND mine.member_id = e.member_id AND mine.since <= e.occurred_at
        AND owner.external_id = e.payload -> 'facts' ->> 'household'
)

-- name: codes
-- The referral codes, with the members of this programme whose they are.
SELECT c.code, c.member_id, m.external_id
FROM referral_code c LEFT JOIN member m USING (programme_id, member_id)
WHERE c.programme_id = %(programme)s::uuid
