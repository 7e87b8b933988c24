-- name: event_that_came_back
-- What a return took of which event, by the return's key: nothing of one that was refused.
SELECT k.member_id, k.member_seq, back.occurred_at, r.payload,
       e.member_seq, e.occurred_at, e.sequence, e.event_id, e.type, e.local_date - DATE '1970-01-01', e.payload
FROM command_key k
JOIN command back USING (programme_id, member_id, member_seq)
JOIN event_return r USING (programme_id, member_id, member_seq)
JOIN command did ON did.programme_id = k.programme_id AND did.member_id = k.member_id AND did.member_seq = r.event_seq
JOIN event e ON e.programme_id = k.programme_id AND e.member_id = k.member_id
    AND e.occurred_at = did.occurred_at AND e.member_seq = r.event_seq
WHERE k.programme_id = %(programme_id)s AND k.key = %(key)s

-- name: moved_by_return
-- By how much a return moved the awards of events (account 1), in history order.
SELECT e.event_id, e.type, e.local_date - DATE '1970-01-01', p.currency, sum(p.points)::bigint
FROM posting p
JOIN command did ON did.programme_id = p.programme_id AND did.member_id = p.member_id AND did.member_seq = p.event_seq
JOIN event e ON e.programme_id = p.programme_id AND e.member_id = p.member_id
    AND e.occurred_at = did.occurred_at AND e.member_seq = p.event_seq
WHERE p.programme_id = %(programme_id)s AND p.member_id = %(member_id)s AND p.member_seq = %(member_seq)s AND p.account = 1
GROUP BY e.event_id, e.type, e.local_date, e.occurred_at, e.sequence, p.currency
ORDER BY e.occurred_at, e.sequence, e.event_id, p.currency
