-- Orders may be placed before there is anything to hand out.

ALTER TABLE reward_order ADD COLUMN ready_at timestamptz;  -- from when on it is sent, or picked up, as was promised when it was placed; null: it need not wait
