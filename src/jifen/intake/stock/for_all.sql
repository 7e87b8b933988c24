-- name: open_counts
-- Begins to count rewards of which nothing was taken before.
INSERT INTO taken_by_all (programme_id, currency, day, units)
SELECT %(programme_id)s, currency, 0, 0 FROM unnest(%(rewards)b::smallint[]) AS currency ORDER BY currency
ON CONFLICT DO NOTHING

-- name: lock_counts
-- The rewards that are counted; whoever else takes of them waits.
SELECT currency FROM taken_by_all
WHERE programme_id = %(programme_id)s AND currency = ANY(%(rewards)b::smallint[]) AND day = 0
ORDER BY currency FOR UPDATE

-- name: read_counts
-- How many of rewards were taken in all, and on each day from one on.
SELECT t.currency, t.day, t.units
FROM unnest(%(rewards)b::smallint[], %(since)b::integer[]) AS asked (currency, since)
JOIN taken_by_all t ON t.programme_id = %(programme_id)s AND t.currency = asked.currency
WHERE t.day = 0 OR t.day >= asked.since

-- name: counted_redemptions
-- Which reward redemptions took that were counted, and when.
SELECT k.key, c.body ->> 'reward', c.recorded_at
FROM command_key k
JOIN command c ON c.programme_id = %(programme_id)s AND (c.member_id, c.member_seq) = (k.member_id, k.member_seq)
WHERE k.programme_id = %(programme_id)s AND k.key = ANY(%(keys)b::text[]) AND c.answer ->> 'left_for_all' IS NOT NULL

-- name: write_counts
-- How many were taken by now, of rewards whose counts are locked.
INSERT INTO taken_by_all (programme_id, currency, day, units)
SELECT %(programme_id)s, taken.currency, taken.day, taken.units
FROM unnest(%(rewards)b::smallint[], %(days)b::integer[], %(units)b::bigint[]) AS taken (currency, day, units)
ORDER BY taken.currency, taken.day
ON CONFLICT (programme_id, currency, day) DO UPDATE SET units = excluded.units
