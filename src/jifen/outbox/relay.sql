-- name: claim_stream
-- Whether nobody else gives positions in this programme now; a lock of the transaction that takes no transaction id.
SELECT pg_try_advisory_xact_lock(hashtextextended('stream ' || %(programme)s::uuid, 0))

-- name: server_now
-- Which transactions have ended by now, and on which server: asked beside no table, for on a cluster it is the coordinator
-- that gives transactions their numbers.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text, system_identifier FROM pg_control_system()

-- name: how_far
-- The last position, what has one, and the server whose transactions these are; no row where there is no stream yet.
SELECT position, since::text, server FROM stream WHERE programme_id = %(programme)s

-- name: give_positions
-- Positions for what lies in the outbox without one, in the order of transactions; with each message whatever its
-- member was told before it, for a transaction may have begun first and got the member's lock last.
WITH chosen AS MATERIALIZED (
    SELECT member_id, member_seq, row_no, transaction FROM outbox o
    WHERE programme_id = %(programme)s AND transaction >= %(since)s::xid8 AND transaction < %(before)s::xid8
        AND NOT EXISTS (SELECT FROM stream_entry e WHERE e.programme_id = %(programme)s AND e.member_id = o.member_id
            AND e.member_seq = o.member_seq AND e.row_no = o.row_no)
    ORDER BY transaction LIMIT %(most)s
), earlier AS (
    SELECT o.member_id, o.member_seq, o.row_no, o.transaction
    FROM (SELECT member_id, max(member_seq) AS last FROM chosen GROUP BY member_id) c
    JOIN outbox o ON o.programme_id = %(programme)s AND o.member_id = c.member_id AND o.member_seq <= c.last
        AND o.member_seq >= coalesce((SELECT max(e.member_seq) FROM stream_entry e
            WHERE e.programme_id = %(programme)s AND e.member_id = c.member_id), 0)
    WHERE NOT EXISTS (SELECT FROM stream_entry e WHERE e.programme_id = %(programme)s AND e.member_id = o.member_id
        AND e.member_seq = o.member_seq AND e.row_no = o.row_no)
), following AS (
    SELECT member_id, member_seq, row_no,
           max(transaction) OVER (PARTITION BY member_id ORDER BY member_seq, row_no) AS transaction
    FROM (SELECT * FROM chosen UNION SELECT * FROM earlier) AS found
), given AS (
    INSERT INTO stream_entry (programme_id, position, member_id, member_seq, row_no)
    SELECT %(programme)s, %(position)s + row_number() OVER (ORDER BY transaction, member_id, member_seq, row_no),
           member_id, member_seq, row_no
    FROM following RETURNING 1
)
SELECT (SELECT count(*) FROM given), (SELECT count(*) FROM chosen), (SELECT max(transaction)::text FROM chosen)

-- name: keep_how_far
-- The last position, and what has one.
INSERT INTO stream (programme_id, position, since, server)
VALUES (%(programme)s, %(position)s, %(since)s::xid8, %(server)s)
ON CONFLICT (programme_id) DO UPDATE SET position = excluded.position, since = excluded.since, server = excluded.server
