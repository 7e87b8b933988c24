-- name: counts
-- Days on which another number of a reward is counted than was redeemed then, where all members may have only so many,
-- and not cancelled; day 0 is all of them together.
SELECT coalesce(kept.currency, derived.currency), coalesce(kept.day, derived.day), kept.units, derived.units
FROM (SELECT currency, day, units FROM taken_by_all WHERE programme_id = %(programme)s::uuid) kept
FULL JOIN (
    SELECT p.currency, each.day, sum(p.points)::bigint AS units
    FROM command c
    JOIN posting p ON p.programme_id = %(programme)s::uuid AND p.member_id = c.member_id
        AND (p.member_seq = c.member_seq OR p.event_seq = c.member_seq) AND p.account = %(issued)s
    CROSS JOIN LATERAL unnest(ARRAY[0, (c.recorded_at AT TIME ZONE %(zone)s)::date - DATE '1970-01-01']) AS each (day)
    WHERE c.programme_id = %(programme)s::uuid AND c.kind = 'redeem' AND c.answer ->> 'left_for_all' IS NOT NULL
    GROUP BY p.currency, each.day
) derived ON kept.currency = derived.currency AND kept.day = derived.day
WHERE coalesce(kept.units, 0) <> coalesce(derived.units, 0)
ORDER BY 1, 2
