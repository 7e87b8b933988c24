-- name: make_wish
-- A wish of whoever acts for a name, unless they have it, or too many; nothing of a name that nobody bears.
INSERT INTO wish (programme_id, member_id, reward, wished_at, in_reach, times_told, looked_at, seen_seq)
SELECT %(programme_id)s, acting.member_id, %(reward)s, instant(%(now)s), %(in_reach)s, 0, instant(%(now)s),
       acting.member_seq
FROM member_identity named JOIN member acting USING (programme_id, member_id)
WHERE named.programme_id = %(programme_id)s AND named.identity = %(identity)s
    AND (SELECT count(*) FROM wish WHERE wish.programme_id = %(programme_id)s AND wish.member_id = acting.member_id)
        < %(most)s
ON CONFLICT DO NOTHING

-- name: drop_wish
-- Forgets a wish of whoever acts for a name, and of those who were merged into them.
DELETE FROM wish USING member, member_identity led, member_identity named
WHERE wish.programme_id = %(programme_id)s AND reward = %(reward)s
    AND member.programme_id = wish.programme_id AND member.member_id = wish.member_id
    AND led.programme_id = wish.programme_id AND led.identity = member.external_id
    AND named.programme_id = wish.programme_id AND named.identity = %(identity)s AND named.member_id = led.member_id

-- name: wishes
-- What somebody wishes for, and those who were merged into them, the oldest wish first.
SELECT reward::integer, min(wished_at)
FROM member_identity named
JOIN member_identity led ON led.programme_id = named.programme_id AND led.member_id = named.member_id
JOIN member ON member.programme_id = led.programme_id AND member.external_id = led.identity
JOIN wish ON wish.programme_id = member.programme_id AND wish.member_id = member.member_id
WHERE named.programme_id = %(programme_id)s AND named.identity = %(identity)s
GROUP BY reward ORDER BY min(wished_at), reward

-- name: wishes_to_look_at
-- The members with wishes who have moved since these were looked at, or whose were looked at long ago, behind another
-- one in order of name: who acts for them, the number of their last command, and each wish with what is known of it.
SELECT acting.external_id, acting.member_seq,
       array_agg(wish.reward::integer ORDER BY wish.reward, wish.member_id),
       array_agg(wish.in_reach ORDER BY wish.reward, wish.member_id),
       array_agg(wish.times_told ORDER BY wish.reward, wish.member_id),
       array_agg(wish.member_id ORDER BY wish.reward, wish.member_id),
       array_agg(wish.wished_at ORDER BY wish.reward, wish.member_id)
FROM wish
JOIN member ON member.programme_id = wish.programme_id AND member.member_id = wish.member_id
JOIN member_identity led ON led.programme_id = member.programme_id AND led.identity = member.external_id
JOIN member acting ON acting.programme_id = led.programme_id AND acting.member_id = led.member_id
WHERE wish.programme_id = %(programme_id)s AND acting.external_id > %(behind)s
    AND (wish.seen_seq <> acting.member_seq OR wish.looked_at < instant(%(looked_before)s))
GROUP BY acting.external_id, acting.member_seq ORDER BY acting.external_id LIMIT %(most)s

-- name: note_wishes
-- What was found when wishes were looked at.
UPDATE wish SET in_reach = found.in_reach, times_told = found.times_told, looked_at = instant(%(now)s),
       seen_seq = %(seen_seq)s
FROM unnest(%(members)s::uuid[], %(rewards)s::smallint[], %(in_reach)s::boolean[], %(times_told)s::integer[])
    found(member_id, reward, in_reach, times_told)
WHERE wish.programme_id = %(programme_id)s AND wish.member_id = found.member_id AND wish.reward = found.reward
