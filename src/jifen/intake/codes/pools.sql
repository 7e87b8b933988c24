-- name: open_pools
-- Makes pools lockable of which nothing was asked before.
INSERT INTO code_pool (programme_id, pool)
SELECT %(programme_id)s, pool FROM unnest(%(pools)b::text[]) AS pool ORDER BY pool
ON CONFLICT DO NOTHING

-- name: lock_pools
-- Whether others know that pools are low; whoever else takes from them waits.
SELECT pool, low FROM code_pool
WHERE programme_id = %(programme_id)s AND pool = ANY(%(pools)b::text[])
ORDER BY pool FOR UPDATE

-- name: free_codes
-- The codes of pools that are nobody's, those first that end first, so many of each at most.
SELECT asked.pool, free.code_no
FROM unnest(%(pools)b::text[], %(most)b::bigint[]) AS asked (pool, most)
CROSS JOIN LATERAL (
    SELECT code_no, expires_at FROM code c
    WHERE c.programme_id = %(programme_id)s AND c.pool = asked.pool AND c.member_id IS NULL AND c.expires_at > instant(%(now)s)
    ORDER BY c.expires_at, c.code_no LIMIT asked.most) AS free
ORDER BY asked.pool, free.expires_at, free.code_no

-- name: issue_codes
-- Lets codes be somebody's for ever, each with one of a lot of rewards.
UPDATE code c SET issued_at = instant(%(now)s), member_id = new.member_id, lot_seq = new.lot_seq,
    lot_row_no = new.lot_row_no, unit_no = new.unit_no
FROM unnest(%(numbers)b::bigint[], %(members)b::uuid[], %(lot_seqs)b::bigint[], %(lot_row_nos)b::integer[],
            %(unit_nos)b::integer[]) AS new (code_no, member_id, lot_seq, lot_row_no, unit_no)
WHERE c.programme_id = %(programme_id)s AND c.code_no = new.code_no

-- name: let_wait
-- Rewards that wait for codes.
INSERT INTO code_wanted (programme_id, member_id, lot_seq, lot_row_no, unit_no, pool, wanted_at)
SELECT %(programme_id)s, new.member_id, new.lot_seq, new.lot_row_no, new.unit_no, new.pool, instant(%(now)s)
FROM unnest(%(members)b::uuid[], %(lot_seqs)b::bigint[], %(lot_row_nos)b::integer[], %(unit_nos)b::integer[],
            %(pools)b::text[]) AS new (member_id, lot_seq, lot_row_no, unit_no, pool)

-- name: forget_ended
-- Of what waits for a pool: rewards that were withdrawn, or have ended, before their code came.
DELETE FROM code_wanted w USING lot l
WHERE w.programme_id = %(programme_id)s AND w.pool = %(pool)s
  AND l.programme_id = %(programme_id)s AND l.member_id = w.member_id AND l.member_seq = w.lot_seq AND l.row_no = w.lot_row_no
  AND w.unit_no >= l.granted - (
      SELECT coalesce(sum(t.points), 0) FROM taking t JOIN posting p
          ON p.programme_id = t.programme_id AND p.member_id = t.member_id AND p.member_seq = t.member_seq
         AND p.row_no = t.posting_row_no
      WHERE t.programme_id = %(programme_id)s AND t.member_id = w.member_id AND t.lot_seq = w.lot_seq
        AND t.lot_row_no = w.lot_row_no AND p.account IN (1, 3))

-- name: waiting_units
-- What waits for codes of a pool, the longest waiting first.
SELECT member_id, lot_seq, lot_row_no, unit_no FROM code_wanted
WHERE programme_id = %(programme_id)s AND pool = %(pool)s AND code_no IS NULL
ORDER BY wanted_at, member_id, lot_seq, lot_row_no, unit_no LIMIT %(most)s

-- name: wait_no_more
-- Rewards that have their codes now, of which others are to be told.
UPDATE code_wanted w SET code_no = done.code_no
FROM unnest(%(numbers)b::bigint[], %(members)b::uuid[], %(lot_seqs)b::bigint[], %(lot_row_nos)b::integer[],
            %(unit_nos)b::integer[]) AS done (code_no, member_id, lot_seq, lot_row_no, unit_no)
WHERE w.programme_id = %(programme_id)s AND w.member_id = done.member_id AND w.lot_seq = done.lot_seq
  AND w.lot_row_no = done.lot_row_no AND w.unit_no = done.unit_no

-- name: note_low
-- Whether others know that few codes are left in a pool.
UPDATE code_pool SET low = %(low)s WHERE programme_id = %(programme_id)s AND pool = %(pool)s
