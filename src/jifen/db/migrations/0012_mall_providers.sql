-- Malls that others run: who they are, what they sign with, and how the orders ended of which they told us.

CREATE TABLE mall_provider (
    programme_id   uuid NOT NULL REFERENCES programme,
    provider_id    text NOT NULL,
    app_key        text NOT NULL,          -- by which the provider knows us
    login_url      text NOT NULL,          -- where members enter
    currency       text NOT NULL,
    may            text[] NOT NULL,        -- what it may ask: balance, deduct, add
    skew_minutes   integer NOT NULL,
    hold_hours     integer NOT NULL,       -- for how long an order's points wait for its result
    made_at        timestamptz NOT NULL,
    made_by        text NOT NULL,
    revoked_at     timestamptz,
    revoked_by     text,
    PRIMARY KEY (programme_id, provider_id),
    CHECK (num_nulls(revoked_at, revoked_by) IN (0, 2))
);

-- What a provider and we sign with; several while one takes the place of another.
CREATE TABLE mall_provider_secret (
    programme_id  uuid NOT NULL,
    provider_id   text NOT NULL,
    made_at       timestamptz NOT NULL,
    made_by       text NOT NULL,
    expires_at    timestamptz NOT NULL,    -- infinity: until there is another
    secret        bytea NOT NULL,
    PRIMARY KEY (programme_id, provider_id, made_at),
    FOREIGN KEY (programme_id, provider_id) REFERENCES mall_provider
);

-- How an order ended, as its provider told first, and what came of that here.
CREATE TABLE mall_notice (
    programme_id     uuid NOT NULL,
    provider_id      text NOT NULL,
    order_number     text NOT NULL,        -- the provider's
    success          boolean NOT NULL,
    heard_at         timestamptz NOT NULL,
    tries            integer NOT NULL,     -- how often its command was refused
    outcome          text NOT NULL CHECK (outcome IN ('captured', 'taken_late', 'released', 'never_held', 'open')),
    refusal          text NOT NULL,        -- why it is open; empty: it is not, or is just being done
    contradicted_at  timestamptz,          -- when the opposite was told; NULL: never
    PRIMARY KEY (programme_id, provider_id, order_number),
    FOREIGN KEY (programme_id, provider_id) REFERENCES mall_provider
);
CREATE INDEX mall_notice_open ON mall_notice (programme_id, provider_id, heard_at)
    WHERE outcome = 'open' OR contradicted_at IS NOT NULL;
