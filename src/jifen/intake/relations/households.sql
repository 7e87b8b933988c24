-- name: lock_households
-- Joining and leaving are one at a time within a programme, so that no household grows beyond its most.
SELECT pg_advisory_xact_lock(hashtextextended('households ' || %(programme_id)s, 0))

-- name: memberships
-- The household and role of members, and how many belong to that household.
SELECT mine.member_id, mine.household, mine.role
FROM household_member mine
WHERE mine.programme_id = %(programme_id)s::uuid AND mine.member_id = ANY(%(member_ids)s::uuid[]) AND mine.until = 'infinity'

-- name: sizes
-- How many belong to households.
SELECT household, count(*) FROM household_member
WHERE programme_id = %(programme_id)s::uuid AND household = ANY(%(households)s::text[]) AND until = 'infinity'
GROUP BY household

-- name: mates
-- Who else belongs to the households of these identities, by identity, with the role of the one who was named.
SELECT named.identity, mine.role, member.external_id
FROM member_identity named
JOIN household_member mine USING (programme_id, member_id)
JOIN household_member other ON other.programme_id = mine.programme_id AND other.household = mine.household
    AND other.member_id <> mine.member_id AND other.until = 'infinity'
JOIN member ON member.programme_id = other.programme_id AND member.member_id = other.member_id
WHERE named.programme_id = %(programme_id)s::uuid AND named.identity = ANY(%(identities)s::text[]) AND mine.until = 'infinity'
ORDER BY named.identity, member.external_id

-- name: household_of
-- The household of a member: everybody in it, with the roles.
SELECT mine.household, member.external_id, other.role
FROM household_member mine
JOIN household_member other ON other.programme_id = mine.programme_id AND other.household = mine.household
    AND other.until = 'infinity'
JOIN member ON member.programme_id = other.programme_id AND member.member_id = other.member_id
WHERE mine.programme_id = %(programme_id)s::uuid AND mine.member_id = %(member_id)s::uuid AND mine.until = 'infinity'
ORDER BY member.external_id

-- name: owners
-- Who else was an owner of the households of members, and from when to when they were there together; who has been
-- owner for longest first.
SELECT mine.member_id, member.external_id, greatest(mine.since, other.since), least(mine.until, other.until)
FROM household_member mine
JOIN household_member other ON other.programme_id = mine.programme_id AND other.household = mine.household
    AND other.member_id <> mine.member_id AND other.role = 'owner'
    AND other.since < mine.until AND mine.since < other.until
JOIN member ON member.programme_id = other.programme_id AND member.member_id = other.member_id
JOIN member_identity acting ON acting.programme_id = member.programme_id AND acting.identity = member.external_id
    AND acting.member_id <> mine.member_id
WHERE mine.programme_id = %(programme_id)s::uuid AND mine.member_id = ANY(%(member_ids)s::uuid[])
ORDER BY mine.member_id, other.since, member.external_id

-- name: leave_household
-- Ends what a member is in a household; never before it began.
UPDATE household_member SET until = greatest(since, instant(%(at)s))
WHERE programme_id = %(programme_id)s::uuid AND member_id = %(member_id)s::uuid AND until = 'infinity'

-- name: join_household
-- Lets a member be something in a household from an instant on; never before what it was last has ended.
INSERT INTO household_member (programme_id, member_id, member_seq, household, role, since, until)
SELECT %(programme_id)s::uuid, %(member_id)s::uuid, %(member_seq)s, %(household)s, %(role)s,
       greatest(instant(%(at)s), coalesce(max(until), '-infinity')), 'infinity'
FROM household_member WHERE programme_id = %(programme_id)s::uuid AND member_id = %(member_id)s::uuid
