-- Whom a member brought: those who name it as their referrer, whether they have done anything since or not.

CREATE INDEX member_brought ON member (programme_id, (facts ->> 'referrer'), external_id) WHERE facts ->> 'referrer' IS NOT NULL;
