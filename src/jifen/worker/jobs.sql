-- name: add_job
-- A new job; no row if there is one of that id.
INSERT INTO job (programme_id, job_id, kind, asked, actor, state, created_at)
VALUES (%(programme)s, %(id)s, %(kind)s, %(asked)s::json, %(actor)s, %(state)s, instant(%(now)s))
ON CONFLICT DO NOTHING RETURNING job_id

-- name: queue_job
-- Let a worker take a job, so many seconds from now at the earliest.
SELECT queue.procrastinate_defer_jobs_v1(ARRAY[ROW('jobs', 'job', 0, NULL, NULL,
    jsonb_build_object('programme', %(slug)s::text, 'id', %(id)s::text),
    now() + make_interval(secs => %(after_seconds)s))::queue.procrastinate_job_to_defer_v1])

-- name: job_by_id
-- A job with its files, their sizes in bytes.
SELECT j.job_id, j.kind, j.asked, j.actor, j.state, j.attempts, j.share, j.counts, j.failure_en, j.failure_zh,
       j.created_at, j.began_at, j.ended_at, array_agg(f.name ORDER BY f.name) FILTER (WHERE f.name IS NOT NULL),
       array_agg(f.bytes ORDER BY f.name) FILTER (WHERE f.name IS NOT NULL)
FROM job j LEFT JOIN LATERAL (
    SELECT name, sum(length(content))::bigint AS bytes FROM job_file
    WHERE programme_id = %(programme)s AND job_id = j.job_id AND name NOT LIKE 'upload %%' GROUP BY name) f ON true
WHERE j.programme_id = %(programme)s AND (j.job_id = %(id)s OR %(id)s::text IS NULL)
GROUP BY j.programme_id, j.job_id ORDER BY j.created_at DESC, j.job_id LIMIT %(most)s::bigint

-- name: add_part
-- The next part of a file.
INSERT INTO job_file (programme_id, job_id, name, part, content)
VALUES (%(programme)s, %(id)s, %(name)s, %(part)s, %(content)s)

-- name: complete_upload
-- What was uploaded is the data of a job that expects it; no row if it expects none.
UPDATE job SET state = 'waiting'
WHERE programme_id = %(programme)s AND job_id = %(id)s AND state = 'expects_data' RETURNING job_id

-- name: name_upload
-- Under this name a worker finds it.
UPDATE job_file SET name = %(name)s
WHERE programme_id = %(programme)s AND job_id = %(id)s AND name = %(upload)s

-- name: drop_file
-- A file is there no more.
DELETE FROM job_file WHERE programme_id = %(programme)s AND job_id = %(id)s AND name = %(name)s

-- name: part_of_file
-- One part of a file.
SELECT content FROM job_file
WHERE programme_id = %(programme)s AND job_id = %(id)s AND name = %(name)s AND part = %(part)s

-- name: begin_job
-- A worker takes a job that waits, or that a killed one had; no row if nothing is left to do of it.
UPDATE job SET state = 'working', attempts = attempts + 1, share = 0, began_at = coalesce(began_at, instant(%(now)s))
WHERE programme_id = %(programme)s AND job_id = %(id)s AND state IN ('waiting', 'working') RETURNING attempts

-- name: cancel_job
-- Nobody is to do any more of a job that has not ended.
UPDATE job SET state = 'cancelled', ended_at = instant(%(now)s)
WHERE programme_id = %(programme)s AND job_id = %(id)s AND state IN ('expects_data', 'waiting', 'working')

-- name: note_progress
-- How far a job is, also one that was cancelled meanwhile; whether it is to go on.
UPDATE job SET share = %(share)s, counts = %(counts)s::json
WHERE programme_id = %(programme)s AND job_id = %(id)s AND state IN ('working', 'cancelled')
RETURNING state = 'working'

-- name: put_back
-- A job waits again, of which a worker that was told to stop has let go: that was no attempt which failed.
UPDATE job SET state = 'waiting', attempts = attempts - 1
WHERE programme_id = %(programme)s AND job_id = %(id)s AND state = 'working'

-- name: end_job
-- What came of a job that nobody has cancelled; no row if somebody has.
UPDATE job SET state = %(state)s, share = CASE WHEN %(state)s = 'done' THEN 1 ELSE share END, counts = %(counts)s::json,
    failure_en = %(failure_en)s, failure_zh = %(failure_zh)s, ended_at = instant(%(now)s)
WHERE programme_id = %(programme)s AND job_id = %(id)s AND state = 'working' RETURNING job_id

-- name: forget_files
-- Files of jobs that ended a week ago, and uploads that nobody finished within a day.
DELETE FROM job_file f USING job j
WHERE j.programme_id = f.programme_id AND j.job_id = f.job_id
  AND (j.ended_at < instant(%(now)s) - interval '7 days'
       OR j.state = 'expects_data' AND j.created_at < instant(%(now)s) - interval '1 day')
