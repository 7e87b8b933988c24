-- The door: who may ask over HTTP.

-- Keys of the API. A key is told once and kept as a digest; its first letters name it.
CREATE TABLE api_key (
    programme_id         uuid NOT NULL REFERENCES programme,
    key_id               text NOT NULL,
    digest               bytea NOT NULL,        -- sha256 of the secret part, which is long and random
    name                 text NOT NULL,         -- who uses it; the actor of what it asks
    scopes               text[] NOT NULL,
    commands_per_minute  integer,               -- null: no limit
    created_at           timestamptz NOT NULL,
    made_by              text NOT NULL,         -- the actor who made it
    expires_at           timestamptz NOT NULL,  -- infinity: never
    last_used_at         timestamptz,           -- to the minute
    revoked_at           timestamptz,
    revoked_by           text,
    PRIMARY KEY (key_id)                        -- random: whoever asks sends nothing else
);

-- Secrets that sign for members: the newest of a programme signs, those before are good for what they have signed.
CREATE TABLE token_secret (
    programme_id  uuid NOT NULL REFERENCES programme,
    secret_id     text NOT NULL,
    secret        bytea NOT NULL,          -- 32 random bytes
    made_at       timestamptz NOT NULL,
    PRIMARY KEY (secret_id)                -- random: a token names nothing else
);
