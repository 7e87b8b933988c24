-- name: insert_deed
-- The next deed of a programme, whose row the transaction has locked.
INSERT INTO programme_deed (programme_id, deed_no, kind, about, actor, recorded_at)
SELECT %(programme_id)s, coalesce(max(deed_no), 0) + 1, %(kind)s, %(about)s, %(actor)s, instant(%(now)s)
FROM programme_deed WHERE programme_id = %(programme_id)s
