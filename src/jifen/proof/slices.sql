-- name: last_of_slices
-- The last members of slices that hold about so many commands each, in order; the last row is of the last slice.
SELECT (array_agg(member_id ORDER BY member_id DESC))[1]
FROM (
    SELECT member_id, div(sum(member_seq) OVER (ORDER BY member_id), %(commands)s) AS slice
    FROM member WHERE programme_id = %(programme)s::uuid
) numbered
GROUP BY slice ORDER BY 1
