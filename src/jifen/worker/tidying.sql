-- name: lose_silent_workers
-- Workers of which nothing was heard for half a minute are gone; they tell every ten seconds that they are there.
SELECT queue.procrastinate_prune_stalled_workers_v1(30)

-- name: drop_lost_turns
-- Turns that a lost worker was taking, and those that failed a week ago: the next turn has found or will find what there was to do.
DELETE FROM queue.procrastinate_jobs j WHERE j.queue_name = 'duties' AND (
    j.status = 'doing' AND j.worker_id IS NULL
    OR j.status = 'failed' AND NOT EXISTS (
        SELECT FROM queue.procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - interval '7 days'))

-- name: hand_on_lost_jobs
-- Jobs that a lost worker was doing are taken by another.
SELECT queue.procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
FROM queue.procrastinate_jobs WHERE queue_name = 'jobs' AND status = 'doing' AND worker_id IS NULL
