-- The worker: what it does by itself, and where its queue stands.

-- When each duty of the timetable was last done, and how it ended.
CREATE TABLE duty (
    name      text PRIMARY KEY,
    began_at  timestamptz NOT NULL,
    ended_at  timestamptz,          -- null while it is being done, or where its worker was killed
    failure   text                  -- what went wrong the last time, in one line; null where nothing did
);

-- The tables and functions of the library that runs the worker: the next three migrations are its schema, word for word.
CREATE SCHEMA queue;
