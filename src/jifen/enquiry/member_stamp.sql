-- name: member_stamp
-- What changes whenever something of a member does: the last command, when time next changes something, when the next
-- points become available, and who belongs to the household.
SELECT m.member_id, m.member_seq, m.revision, m.generation, m.next_due_at,
       (
           SELECT min(lot.available_at) FROM lot
           WHERE lot.programme_id = %(programme)s::uuid AND lot.member_id = m.member_id AND lot.remaining > 0
               AND lot.available_at > instant(%(now)s)
       ),
       (
           SELECT string_agg(other.member_id || other.role, ' ' ORDER BY other.member_id)
           FROM household_member mine JOIN household_member other USING (programme_id, household)
           WHERE mine.programme_id = %(programme)s::uuid AND mine.member_id = m.member_id AND mine.until = 'infinity'
               AND other.until = 'infinity'
       )
FROM member_identity i JOIN member m USING (programme_id, member_id)
WHERE i.programme_id = %(programme)s::uuid AND i.identity = %(identity)s
