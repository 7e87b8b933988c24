-- name: read_entries
-- What stands behind a position, in order.
SELECT e.position, e.member_seq, o.name, o.payload, c.recorded_at, c.body -> 'metadata'
FROM stream_entry e JOIN outbox o USING (programme_id, member_id, member_seq, row_no)
    JOIN command c USING (programme_id, member_id, member_seq)
WHERE e.programme_id = %(programme)s AND e.position > %(after)s AND e.position <= %(after)s + %(most)s
ORDER BY e.position

-- name: entries_at
-- What stands at some positions, in order.
SELECT e.position, e.member_seq, o.name, o.payload, c.recorded_at, c.body -> 'metadata'
FROM stream_entry e JOIN outbox o USING (programme_id, member_id, member_seq, row_no)
    JOIN command c USING (programme_id, member_id, member_seq)
WHERE e.programme_id = %(programme)s AND e.position = ANY(%(positions)s)
ORDER BY e.position

-- name: last_position
-- The last position of a stream; 0 where there is none yet.
SELECT coalesce(max(position), 0) FROM stream_entry WHERE programme_id = %(programme)s

-- name: terms_of_messages
-- What messages of a programme are written with: its time zone and its newest document.
SELECT p.timezone, v.document FROM programme p JOIN programme_version v USING (programme_id)
WHERE p.programme_id = %(programme)s ORDER BY v.revision DESC LIMIT 1
