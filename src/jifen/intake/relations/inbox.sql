-- name: send
-- Puts commands into the inboxes of their recipients, in order. What is withdrawn goes behind what it withdraws where that
-- waits still, else to whoever acts for the member who took it, with whom the recipient was one then perhaps.
INSERT INTO inbox (programme_id, member_id, event_id, kind, imported, actor, body, failure)
SELECT i.programme_id, coalesce(awaited.member_id, acting.member_id, i.member_id), new.event_id, new.kind, %(imported)s, new.actor, new.body,
       nullif(new.failure, '')
FROM unnest(%(recipients)b::text[], %(event_ids)b::text[], %(kinds)b::text[], %(bodies)b::json[], %(actors)b::text[], %(failures)b::text[])
     WITH ORDINALITY AS new (recipient, event_id, kind, body, actor, failure, place)
JOIN member_identity i ON i.programme_id = %(programme_id)s AND i.identity = new.recipient
LEFT JOIN (SELECT * FROM inbox WHERE programme_id = %(programme_id)s) AS awaited
    ON new.kind = 'return' AND awaited.kind = 'event' AND awaited.event_id = new.event_id
LEFT JOIN (SELECT * FROM command_key WHERE programme_id = %(programme_id)s) AS taken
    ON new.kind = 'return' AND taken.key = 'event/' || new.event_id
LEFT JOIN (SELECT * FROM member WHERE programme_id = %(programme_id)s) AS taker ON taker.member_id = taken.member_id
LEFT JOIN (SELECT * FROM member_identity WHERE programme_id = %(programme_id)s) AS acting
    ON acting.identity = taker.external_id
ORDER BY new.place

-- name: take
-- Takes out of the inboxes of some members what was asked as the first thing there was; whoever does so at the same
-- time waits. What is withdrawn is taken out of a merged member's inbox once that has been taken itself. What tells of points
-- is left until nothing else waits for the member: that may still change what it tells, which is then found waiting here.
-- What failed waits for the next sweep, and keeps nothing else.
WITH there AS (
    SELECT b.inbox_no, b.imported FROM inbox b
    JOIN member_identity i USING (programme_id, member_id)
    JOIN member m USING (programme_id, member_id)
    WHERE b.programme_id = %(programme_id)s AND i.identity = ANY(%(identities)b::text[])
        AND b.failure IS NULL
        AND NOT (b.kind = 'return' AND m.survivor_id <> m.member_id AND EXISTS (
            SELECT FROM inbox e WHERE e.programme_id = %(programme_id)s AND e.member_id = b.member_id
                AND e.kind = 'event' AND e.event_id = b.event_id))
        AND NOT (split_part(b.event_id, '/', 1) = ANY(%(of_points)s) AND EXISTS (
            SELECT FROM inbox o WHERE o.programme_id = %(programme_id)s AND o.member_id = b.member_id
                AND o.failure IS NULL AND split_part(o.event_id, '/', 1) <> ALL(%(of_points)s)))
    ORDER BY b.inbox_no FOR UPDATE OF b
), first AS (SELECT imported FROM there ORDER BY inbox_no LIMIT 1)
DELETE FROM inbox b USING there JOIN first USING (imported)
WHERE b.programme_id = %(programme_id)s AND b.inbox_no = there.inbox_no
RETURNING b.inbox_no, b.kind, b.imported, b.actor, b.body, b.member_id, b.event_id

-- name: asked_of
-- Of whom each thing out of an inbox is asked, as we call them now. A merged member is called by its number. What is
-- withdrawn is asked of whoever acts by now for the member who took it.
SELECT CASE
    WHEN taken.kind = 'return' THEN (
        SELECT acting.external_id FROM member taker
        JOIN member_identity i ON i.programme_id = taker.programme_id AND i.identity = taker.external_id
        JOIN member acting ON acting.programme_id = i.programme_id AND acting.member_id = i.member_id
        WHERE taker.programme_id = %(programme_id)s AND taker.member_id = coalesce((
            SELECT member_id FROM command_key
            WHERE programme_id = %(programme_id)s AND key = 'event/' || taken.event_id), taken.member_id))
    WHEN m.survivor_id = m.member_id THEN m.external_id
    ELSE m.member_id::text END
FROM unnest(%(member_ids)b::uuid[], %(kinds)b::text[], %(event_ids)b::text[])
    WITH ORDINALITY AS taken (member_id, kind, event_id, place)
JOIN member m ON m.programme_id = %(programme_id)s AND m.member_id = taken.member_id
ORDER BY taken.place

-- name: waiting_for
-- What is in the inboxes of some members, in order.
SELECT member_id, kind, body FROM inbox
WHERE programme_id = %(programme_id)s AND member_id = ANY(%(member_ids)b::uuid[]) ORDER BY inbox_no

-- name: try_again
-- What could not be taken may be taken now.
UPDATE inbox SET failure = NULL WHERE programme_id = %(programme_id)s AND failure IS NOT NULL

-- name: recipients
-- Members with something in their inbox that may be taken, longest waiting first.
SELECT CASE WHEN m.survivor_id = m.member_id THEN m.external_id ELSE m.member_id::text END, min(b.inbox_no)
FROM inbox b JOIN member m USING (programme_id, member_id)
WHERE b.programme_id = %(programme_id)s AND b.failure IS NULL
GROUP BY 1 HAVING min(b.inbox_no) > %(after)s ORDER BY 2 LIMIT %(most)s
