-- name: last_judged
-- By which revision a member was judged last, and until when the history goes.
SELECT revision, last_occurred_at FROM member WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s

-- name: awards_of_event
-- Every award there was of an event, in the order recorded; it is never older than the event.
SELECT revision, tier, reasons, components FROM award
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s AND member_seq >= %(event_seq)s
    AND event_seq = %(event_seq)s
ORDER BY member_seq, row_no

-- name: returns_of_event
-- What came back of an event, in the order recorded.
SELECT command.occurred_at, event_return.payload
FROM event_return JOIN command USING (programme_id, member_id, member_seq)
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s AND event_seq = %(event_seq)s
ORDER BY member_seq

-- name: lots_of_event
-- The lots made for an event; they are never older than the event.
SELECT currency, granted, remaining, available_at, expires_at FROM lot
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s AND member_seq >= %(event_seq)s
    AND event_seq = %(event_seq)s
ORDER BY member_seq, row_no

-- name: what_it_waits_for
-- The id of the purchase for which a return, or an exchange of goods, waits.
SELECT substr(event_key, length('event/') + 1) FROM waiting_return
WHERE programme_id = %(programme_id)s AND key = ANY(%(keys)s)
