-- Operations: what whoever looks after an installation wants to know without looking for it.

-- How the last proof of a programme came out. It is told, and nothing follows from it.
CREATE TABLE last_proof (
    programme_id  uuid PRIMARY KEY REFERENCES programme,
    proved_at     timestamptz NOT NULL,
    seconds       double precision NOT NULL,
    members       bigint NOT NULL,
    differences   bigint NOT NULL
);
