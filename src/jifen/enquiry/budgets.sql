-- name: budgets
-- How the budgets of a programme stand, and what closed them.
SELECT b.rule_id, b.used, b.closed_at, m.external_id,
       (SELECT o.payload ->> 'event' FROM outbox o
        WHERE o.programme_id = %(programme_id)s AND (o.member_id, o.member_seq) = (b.closing_member, b.closing_seq)
            AND o.name = 'campaign.closed' AND o.payload ->> 'rule' = b.rule_id)
FROM budget b
LEFT JOIN member m ON m.programme_id = b.programme_id AND m.member_id = b.closing_member
WHERE b.programme_id = %(programme_id)s
