-- name: lock_budgets
-- How budgets stand; whoever else allots of them waits.
SELECT rule_id, used, closed_at IS NOT NULL FROM budget
WHERE programme_id = %(programme_id)s AND rule_id = ANY(%(rules)b::text[])
ORDER BY rule_id FOR UPDATE

-- name: read_budgets
-- How budgets stand.
SELECT rule_id, used, closed_at IS NOT NULL FROM budget
WHERE programme_id = %(programme_id)s AND rule_id = ANY(%(rules)b::text[])

-- name: open_budgets
-- Opens budgets of which nothing has been asked before.
INSERT INTO budget (programme_id, rule_id, used)
SELECT %(programme_id)s, rule_id, 0 FROM unnest(%(rules)b::text[]) AS rule_id ORDER BY rule_id
ON CONFLICT DO NOTHING

-- name: use_budgets
-- Adds to what budgets have given, and closes those that are used up.
INSERT INTO budget (programme_id, rule_id, used, closed_at, closing_member, closing_seq)
SELECT %(programme_id)s, new.rule_id, new.points, instant(new.closed_at), new.member_id, new.seq
FROM unnest(%(rules)b::text[], %(points)b::bigint[], %(closed_at)b::bigint[], %(members)b::uuid[], %(seqs)b::bigint[])
    AS new (rule_id, points, closed_at, member_id, seq)
ORDER BY new.rule_id
ON CONFLICT (programme_id, rule_id) DO UPDATE SET
    used = budget.used + excluded.used,
    closed_at = coalesce(budget.closed_at, excluded.closed_at),
    closing_member = coalesce(budget.closing_member, excluded.closing_member),
    closing_seq = coalesce(budget.closing_seq, excluded.closing_seq)
