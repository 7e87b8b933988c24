-- What a supplier says was sent may come as a job.

ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('import', 'export', 'codes', 'shipments'));
