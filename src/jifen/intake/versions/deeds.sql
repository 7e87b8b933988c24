-- name: lock_deeds
-- Deeds are numbered one after the other; members go on being written meanwhile.
SELECT programme_id FROM programme WHERE programme_id = %(programme_id)s FOR NO KEY UPDATE

-- name: insert_deed
-- The next deed of a programme.
INSERT INTO programme_deed (programme_id, deed_no, kind, about, actor, recorded_at, terms)
SELECT %(programme_id)s, coalesce(max(deed_no), 0) + 1, %(kind)s, %(about)s, %(actor)s, instant(%(now)s), %(terms)s::json
FROM programme_deed WHERE programme_id = %(programme_id)s
