-- name: used
-- What budgets have given.
SELECT rule_id, used FROM budget WHERE programme_id = %(programme)s::uuid

-- name: closings
-- Budgets that are closed by a command which does not tell so, and closings told of budgets that are not.
SELECT coalesce(kept.rule_id, told.rule_id), kept.closed_at::text, told.recorded_at::text
FROM (
    SELECT rule_id, closed_at, closing_member, closing_seq FROM budget
    WHERE programme_id = %(programme)s::uuid AND closed_at IS NOT NULL
) kept
FULL JOIN (
    SELECT outbox.payload ->> 'rule' AS rule_id, command.recorded_at, command.member_id, command.member_seq
    FROM outbox JOIN command USING (programme_id, member_id, member_seq)
    WHERE programme_id = %(programme)s::uuid AND outbox.name = 'campaign.closed'
) told ON (kept.rule_id, kept.closed_at, kept.closing_member, kept.closing_seq)
    = (told.rule_id, told.recorded_at, told.member_id, told.member_seq)
WHERE kept.rule_id IS NULL OR told.rule_id IS NULL
