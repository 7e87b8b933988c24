-- What the prizes of a round may cost together, as the document had it at the opening.

ALTER TABLE draw_round ADD COLUMN budget json;  -- NULL: nobody counts
DROP TRIGGER opened_once ON draw_round;
CREATE TRIGGER opened_once BEFORE UPDATE ON draw_round FOR EACH ROW
    WHEN ((OLD.commitment, OLD.prizes::text, OLD.opened_at) IS DISTINCT FROM (NEW.commitment, NEW.prizes::text, NEW.opened_at)
          OR OLD.budget::text IS DISTINCT FROM NEW.budget::text
          OR OLD.closed_at <> 'infinity' AND (OLD.given, OLD.spins, OLD.closed_at) IS DISTINCT FROM (NEW.given, NEW.spins, NEW.closed_at))
    EXECUTE FUNCTION refuse_draw_change();
