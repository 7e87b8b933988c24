-- name: pool_counts
-- Of each pool with codes: how many can be had, are somebody's, have ended; and when the first of those left ends.
SELECT pool,
       count(*) FILTER (WHERE member_id IS NULL AND expires_at > instant(%(now)s)),
       count(*) FILTER (WHERE member_id IS NOT NULL),
       count(*) FILTER (WHERE member_id IS NULL AND expires_at <= instant(%(now)s)),
       min(expires_at) FILTER (WHERE member_id IS NULL AND expires_at > instant(%(now)s))
FROM code WHERE programme_id = %(programme_id)s GROUP BY pool

-- name: waiting_counts
-- How many rewards wait for codes of each pool: none that was withdrawn, or has ended, before its code came.
SELECT w.pool, count(*) FROM code_wanted w
JOIN lot l ON l.programme_id = w.programme_id AND l.member_id = w.member_id AND l.member_seq = w.lot_seq
          AND l.row_no = w.lot_row_no
WHERE w.programme_id = %(programme_id)s AND w.code_no IS NULL AND w.unit_no < l.granted - (
    SELECT coalesce(sum(t.points), 0) FROM taking t JOIN posting p
        ON p.programme_id = t.programme_id AND p.member_id = t.member_id AND p.member_seq = t.member_seq
       AND p.row_no = t.posting_row_no
    WHERE t.programme_id = %(programme_id)s AND t.member_id = w.member_id AND t.lot_seq = w.lot_seq
      AND t.lot_row_no = w.lot_row_no AND p.account IN (1, 3))
GROUP BY w.pool

-- name: who_acts
-- Who acts for whom a name leads to.
SELECT m.member_id, m.external_id
FROM member_identity i
JOIN member n ON n.programme_id = i.programme_id AND n.member_id = i.member_id
JOIN member m ON m.programme_id = n.programme_id AND m.member_id = n.survivor_id
WHERE i.programme_id = %(programme_id)s AND i.identity = %(identity)s

-- name: codes_of_member
-- The codes of a member and of who was merged into it, the last that came first; of each the reward, the command that
-- brought it, and whether the reward was taken back: what is left of its lot has the first codes.
SELECT c.code_no, c.pool, c.digest, c.sealed, c.issued_at, c.expires_at, l.currency, j.key,
       c.unit_no >= l.granted - (
           SELECT coalesce(sum(t.points), 0)::bigint FROM taking t JOIN posting p
               ON p.programme_id = t.programme_id AND p.member_id = t.member_id AND p.member_seq = t.member_seq
              AND p.row_no = t.posting_row_no
           WHERE t.programme_id = %(programme_id)s AND t.member_id = c.member_id AND t.lot_seq = c.lot_seq
             AND t.lot_row_no = c.lot_row_no AND p.account = 1)
FROM code c
JOIN lot l ON l.programme_id = c.programme_id AND l.member_id = c.member_id AND l.member_seq = c.lot_seq
          AND l.row_no = c.lot_row_no
JOIN command j ON j.programme_id = c.programme_id AND j.member_id = c.member_id AND j.member_seq = c.lot_seq
WHERE c.programme_id = %(programme_id)s
  AND c.member_id = ANY(ARRAY(SELECT m.member_id FROM member m
                              WHERE m.programme_id = %(programme_id)s AND m.survivor_id = %(member_id)s))
  AND (%(behind)s = 0 OR (c.issued_at, c.code_no) < (
      SELECT b.issued_at, b.code_no FROM code b WHERE b.programme_id = %(programme_id)s AND b.code_no = %(behind)s))
ORDER BY c.issued_at DESC, c.code_no DESC LIMIT %(most)s

-- name: whose_code
-- In which pool a code is, and who acts for whose it is.
SELECT c.code_no, c.pool, s.external_id, c.issued_at
FROM code c
LEFT JOIN member m ON m.programme_id = c.programme_id AND m.member_id = c.member_id
LEFT JOIN member s ON s.programme_id = c.programme_id AND s.member_id = m.survivor_id
WHERE c.programme_id = %(programme_id)s AND c.digest = %(digest)s
