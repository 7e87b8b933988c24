-- name: programme_by_slug
-- The programme of this slug.
SELECT programme_id, slug, test_now FROM programme WHERE slug = %(slug)s

-- name: insert_programme
-- A new programme; nothing if the slug is taken.
INSERT INTO programme (programme_id, slug, timezone, money, test_now, created_at)
VALUES (%(programme_id)s, %(slug)s, %(timezone)s, %(money)s, instant(%(test_now)s), instant(%(now)s))
ON CONFLICT (slug) DO NOTHING RETURNING programme_id

-- name: lock_programme
-- Publishing is one at a time.
SELECT programme_id FROM programme WHERE programme_id = %(programme_id)s FOR UPDATE

-- name: versions
-- Every version, oldest first.
SELECT revision, effective_from, effective_until, recorded_at, actor, document, digest
FROM programme_version WHERE programme_id = %(programme_id)s ORDER BY revision

-- name: judged_until
-- The last moment of which an event of any member has been judged, or from now on points were exchanged or redeemed, or
-- expired, about which a version may have rules; NULL if there is none.
SELECT greatest(
    (SELECT max(last_occurred_at) FROM member WHERE programme_id = %(programme_id)s AND events_evaluated > 0),
    (SELECT max(recorded_at) FROM command
     WHERE programme_id = %(programme_id)s AND recorded_at >= instant(%(now)s) AND kind IN ('exchange', 'redeem')),
    (SELECT max(p.effective_at) FROM command c JOIN posting p USING (programme_id, member_id, member_seq)
     WHERE c.programme_id = %(programme_id)s AND c.recorded_at >= instant(%(now)s) AND p.account = 3
        AND p.effective_at >= instant(%(now)s)))

-- name: newest_revision
-- The revision of the timeline, and the travelled clock.
SELECT (
    SELECT revision FROM programme_version v
    WHERE v.programme_id = %(programme_id)s ORDER BY v.revision DESC LIMIT 1
), p.test_now
FROM programme p WHERE p.programme_id = %(programme_id)s

-- name: insert_currencies
-- Numbers for currencies not seen before.
INSERT INTO currency (programme_id, currency, id)
SELECT %(programme_id)s, number, id FROM unnest(%(numbers)b::smallint[], %(ids)b::text[]) AS new (number, id)
ON CONFLICT DO NOTHING

-- name: set_test_clock
-- Moves the travelled clock forward.
UPDATE programme SET test_now = instant(%(to)s)
WHERE programme_id = %(programme_id)s AND test_now IS NOT NULL AND test_now <= instant(%(to)s)
RETURNING programme_id

-- name: look_at_everybody
-- Lets time look at every member from the midnight before a version on, which may ask for days that no earlier one did;
-- at those who have been looked at since then, only from the version on.
UPDATE member m SET next_due_at = least(next_due_at, CASE WHEN EXISTS (
        SELECT FROM command c WHERE c.programme_id = %(programme_id)s AND c.member_id = m.member_id
            AND c.member_seq = m.member_seq AND c.recorded_at >= instant(%(midnight)s))
    THEN instant(%(since)s) ELSE instant(%(midnight)s) END)
WHERE programme_id = %(programme_id)s AND survivor_id = member_id
