-- name: friends_of_referrals
-- The friend of every deed of a friend that a member was told of, by the id of the event.
SELECT event_id, payload -> 'fields' ->> 'friend' FROM event
WHERE programme_id = %(programme)s::uuid AND member_id = %(member)s::uuid AND type = 'referral_completed'
