-- Spins that are a member's for nothing, so many a day, week or month.

ALTER TABLE draw_spin ADD COLUMN free_day integer NOT NULL DEFAULT 0 CHECK (free_day >= 0);  -- the local day on which it was free; 0: it took a ticket
CREATE INDEX draw_spin_free ON draw_spin (programme_id, member_id, draw, free_day) WHERE free_day > 0;
