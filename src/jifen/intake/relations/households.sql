-- name: lock_households
-- Joining and leaving are one at a time within a programme, so that no household grows beyond its most.
SELECT pg_advisory_xact_lock(hashtextextended('households ' || %(programme_id)s, 0))

-- name: memberships
-- The household and role of members, and how many belong to that household.
SELECT mine.member_id, mine.household, mine.role
FROM household_member mine
WHERE mine.programme_id = %(programme_id)s::uuid AND mine.member_id = ANY(%(member_ids)s::uuid[])

-- name: sizes
-- How many belong to households.
SELECT household, count(*) FROM household_member
WHERE programme_id = %(programme_id)s::uuid AND household = ANY(%(households)s::text[]) GROUP BY household

-- name: mates
-- Who else belongs to the households of these identities, by identity, with the role of the one who was named.
SELECT named.identity, mine.role, member.external_id
FROM member_identity named
JOIN household_member mine USING (programme_id, member_id)
JOIN household_member other ON other.programme_id = mine.programme_id AND other.household = mine.household
    AND other.member_id <> mine.member_id
JOIN member ON member.programme_id = other.programme_id AND member.member_id = other.member_id
WHERE named.programme_id = %(programme_id)s::uuid AND named.identity = ANY(%(identities)s::text[])
ORDER BY named.identity, member.external_id

-- name: household_of
-- The household of a member: everybody in it, with the roles.
SELECT mine.household, member.external_id, other.role
FROM household_member mine
JOIN household_member other ON other.programme_id = mine.programme_id AND other.household = mine.household
JOIN member ON member.programme_id = other.programme_id AND member.member_id = other.member_id
WHERE mine.programme_id = %(programme_id)s::uuid AND mine.member_id = %(member_id)s::uuid
ORDER BY member.external_id

-- name: join_household
-- Members who belong to a household from now on.
INSERT INTO household_member (programme_id, member_id, household, role)
VALUES (%(programme_id)s::uuid, %(member_id)s::uuid, %(household)s, %(role)s)
ON CONFLICT (programme_id, member_id) DO UPDATE SET household = excluded.household, role = excluded.role

-- name: leave_household
-- Members who belong to none any more.
DELETE FROM household_member WHERE programme_id = %(programme_id)s::uuid AND member_id = %(member_id)s::uuid
