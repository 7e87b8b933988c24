-- name: choices
-- The rewards that members redeemed since an instant and did not give back, and the sets that they did not give back as
-- a whole, by who acts for them today: the state and its generation, from which their tier is told.
SELECT acting.member_id, acting.generation, acting.state, array_agg(DISTINCT chosen.reward)
FROM (
    SELECT posting.member_id, posting.currency::integer AS reward
    FROM command
    JOIN posting ON posting.programme_id = command.programme_id AND posting.member_id = command.member_id
        AND posting.member_seq = command.member_seq
    WHERE command.programme_id = %(programme_id)s AND command.recorded_at >= instant(%(since)s)
        AND command.kind IN ('redeem', 'cancel', 'cancel_order', 'take_back')
        AND posting.currency = ANY(%(rewards)s::smallint[]) AND posting.account = %(issued)s
        AND NOT starts_with(coalesce(command.body ->> 'of', ''), %(of_prizes)s)
    GROUP BY posting.member_id, posting.currency HAVING sum(posting.points) > 0
    UNION ALL
    SELECT redeemed.member_id, sets.number
    FROM command redeemed
    JOIN unnest(%(sets)s::text[], %(numbers)s::integer[]) sets(id, number) ON sets.id = redeemed.body ->> 'reward'
    WHERE redeemed.programme_id = %(programme_id)s AND redeemed.recorded_at >= instant(%(since)s)
        AND redeemed.kind = 'redeem' AND redeemed.answer -> 'parts' IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM command undone
            WHERE undone.programme_id = %(programme_id)s AND undone.member_id = redeemed.member_id
                AND undone.recorded_at >= redeemed.recorded_at AND undone.kind = 'cancel'
                AND undone.body ->> 'of' = redeemed.body ->> 'id' AND undone.body -> 'quantity' IS NULL
                AND undone.answer -> 'parts' IS NOT NULL
        )
) chosen
JOIN member ON member.programme_id = %(programme_id)s AND member.member_id = chosen.member_id
JOIN member_identity led ON led.programme_id = %(programme_id)s AND led.identity = member.external_id
JOIN member acting ON acting.programme_id = %(programme_id)s AND acting.member_id = led.member_id
GROUP BY acting.member_id, acting.generation, acting.state

-- name: forget_popular
-- What was counted before.
DELETE FROM popular_reward WHERE programme_id = %(programme_id)s

-- name: keep_popular
-- What is counted now.
INSERT INTO popular_reward (programme_id, tier, reward, members)
SELECT %(programme_id)s, tier, reward, members
FROM unnest(%(tiers)s::text[], %(rewards)s::smallint[], %(members)s::bigint[]) counted(tier, reward, members)
