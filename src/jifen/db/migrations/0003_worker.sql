-- The worker: what it does by itself, and where its queue stands.

-- When each duty of the timetable was last done, and how it ended.
CREATE TABLE duty (
    name      text PRIMARY KEY,
    began_at  timestamptz NOT NULL,
    ended_at  timestamptz,          -- null while it is being done, or where its worker was killed
    failure   text                  -- what went wrong the last time, in one line; null where nothing did
);

-- What was asked for and takes longer than an answer: imports and exports.
CREATE TABLE job (
    programme_id  uuid NOT NULL REFERENCES programme,
    job_id        text NOT NULL,          -- the sender's own
    kind          text NOT NULL CHECK (kind IN ('import', 'export')),
    asked         json NOT NULL,
    actor         text NOT NULL,
    state         text NOT NULL CHECK (state IN ('expects_data', 'waiting', 'working', 'done', 'failed', 'cancelled')),
    attempts      integer NOT NULL DEFAULT 0,   -- one more each time a worker takes it, also after a kill
    share         double precision NOT NULL DEFAULT 0,  -- of the work that is done, 0 to 1
    counts        json NOT NULL DEFAULT '{}',   -- what has become of it so far
    failure_en    text,                   -- why it failed, for people
    failure_zh    text,
    created_at    timestamptz NOT NULL,
    began_at      timestamptz,
    ended_at      timestamptz,
    PRIMARY KEY (programme_id, job_id)
);

-- Files that came with a job, or that it made, in parts of a megabyte; they go a week after it ended.
CREATE TABLE job_file (
    programme_id  uuid NOT NULL,
    job_id        text NOT NULL,
    name          text NOT NULL,
    part          integer NOT NULL,
    content       bytea NOT NULL,
    PRIMARY KEY (programme_id, job_id, name, part),
    FOREIGN KEY (programme_id, job_id) REFERENCES job ON DELETE CASCADE
);

-- The tables and functions of the library that runs the worker: the next three migrations are its schema, word for word.
CREATE SCHEMA queue;
