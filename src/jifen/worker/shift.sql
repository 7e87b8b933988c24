-- name: on_real_time
-- The programmes whose clock is everybody's.
SELECT slug FROM programme WHERE test_now IS NULL ORDER BY slug

-- name: begin_alone
-- Whether this session is the only one at something from now on.
SELECT pg_try_advisory_lock(hashtextextended('jifen worker: ' || %(what)s::text, 0))

-- name: end_alone
-- Let others have it.
SELECT pg_advisory_unlock(hashtextextended('jifen worker: ' || %(what)s::text, 0))
