-- name: absorbed_by
-- Who was merged into these members, in a fixed order.
SELECT survivor.member_id, absorbed.member_id, absorbed.external_id, survivor.joined_at, absorbed.joined_at,
       absorbed.counts_from
FROM member absorbed
JOIN member survivor
    ON survivor.programme_id = absorbed.programme_id AND survivor.member_id = absorbed.survivor_id
WHERE absorbed.programme_id = %(programme_id)s AND absorbed.survivor_id = ANY(%(member_ids)b::uuid[])
    AND absorbed.survivor_id <> absorbed.member_id
ORDER BY absorbed.member_id

-- name: give_identities
-- Every identity of a member leads to the survivor; the member's own number goes on leading to itself.
WITH moved AS (
    UPDATE member_identity SET member_id = %(survivor_id)s
    WHERE programme_id = %(programme_id)s AND identity = %(external_id)s
), kept AS (
    INSERT INTO member_identity (programme_id, identity, member_id)
    VALUES (%(programme_id)s, %(number)s, %(member_id)s)
)
UPDATE member SET survivor_id = %(survivor_id)s, counts_from = instant(%(counts_from)s)
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s

-- name: take_identities_back
-- A member is called by its identity again.
WITH moved AS (
    UPDATE member_identity SET member_id = %(member_id)s
    WHERE programme_id = %(programme_id)s AND identity = %(external_id)s
), dropped AS (
    DELETE FROM member_identity WHERE programme_id = %(programme_id)s AND identity = %(number)s
)
UPDATE member SET survivor_id = member_id, counts_from = instant(%(counts_from)s)
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s

-- name: was_one
-- That a member was merged into another at an instant: the last word about it before then.
SELECT FROM (
    SELECT key, kind FROM command
    WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s AND kind IN ('merge', 'claim', 'unmerge')
        AND answer ->> 'refusal' IS NULL AND recorded_at <= instant(%(instant)s)
    ORDER BY member_seq DESC LIMIT 1
) last
JOIN command_key counterpart ON counterpart.programme_id = %(programme_id)s AND counterpart.key = 'counterpart/' || last.key
WHERE last.kind <> 'unmerge' AND counterpart.member_id = %(survivor_id)s
