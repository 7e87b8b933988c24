-- The audit: the journal of a programme read by time. Commands are written in the order in which they are recorded, so that
-- a summary of each stretch of the table finds a day; it costs next to nothing to keep.

CREATE INDEX command_by_time ON command USING brin (recorded_at) WITH (pages_per_range = 32);
