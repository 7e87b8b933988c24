-- name: absorbed_by
-- Who was merged into these members, or into one of those, with the next on the way; in a fixed order. What comes by way
-- of another comes from the later of their instants on.
WITH RECURSIVE absorbed AS (
    SELECT survivor_id AS whose, survivor_id AS into_id, member_id, external_id, joined_at, counts_from
    FROM member
    WHERE programme_id = %(programme_id)s AND survivor_id = ANY(%(member_ids)b::uuid[]) AND survivor_id <> member_id
    UNION
    SELECT whose, survivor_id, m.member_id, m.external_id, m.joined_at, greatest(absorbed.counts_from, m.counts_from)
    FROM absorbed JOIN member m ON m.programme_id = %(programme_id)s AND m.survivor_id = absorbed.member_id
    WHERE m.survivor_id <> m.member_id AND m.member_id <> whose
)
SELECT whose, into_id, absorbed.member_id, absorbed.external_id, survivor.joined_at, absorbed.joined_at,
       absorbed.counts_from
FROM absorbed
JOIN member survivor ON survivor.programme_id = %(programme_id)s AND survivor.member_id = whose
ORDER BY absorbed.member_id

-- name: give_identities
-- Every identity of a member, also of whom it absorbed, leads to the survivor; the member's own number goes on leading to
-- itself.
WITH moved AS (
    UPDATE member_identity SET member_id = %(survivor_id)s
    WHERE programme_id = %(programme_id)s AND identity = ANY(%(names)b::text[])
), kept AS (
    INSERT INTO member_identity (programme_id, identity, member_id)
    VALUES (%(programme_id)s, %(number)s, %(member_id)s)
)
UPDATE member SET survivor_id = %(survivor_id)s, counts_from = instant(%(counts_from)s)
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s

-- name: take_identities_back
-- A member is called by its identities again.
WITH moved AS (
    UPDATE member_identity SET member_id = %(member_id)s
    WHERE programme_id = %(programme_id)s AND identity = ANY(%(names)b::text[])
), dropped AS (
    DELETE FROM member_identity WHERE programme_id = %(programme_id)s AND identity = %(number)s
)
UPDATE member SET survivor_id = member_id, counts_from = instant(%(counts_from)s)
WHERE programme_id = %(programme_id)s AND member_id = %(member_id)s

-- name: was_one
-- That a member, or somebody for whom it acts today, was one with whose journal has a key, perhaps by way of a third, when
-- that was written: the last words of that journal before then. What was asked in one batch with their parting was asked before it: whoever is parted asks in
-- their own name again.
WITH RECURSIVE one AS (
    SELECT c.member_id, c.member_seq, c.batch_id
    FROM command_key k JOIN command c USING (programme_id, member_id, member_seq)
    WHERE k.programme_id = %(programme_id)s AND k.key = %(key)s
    UNION
    SELECT last.member_id, last.member_seq, last.batch_id
    FROM one
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (own.member_id) own.member_id, own.member_seq, heard.batch_id, heard.key
        FROM command heard
        JOIN command_key own ON own.programme_id = %(programme_id)s AND 'counterpart/' || own.key = heard.key
        WHERE heard.programme_id = %(programme_id)s AND heard.member_id = one.member_id
            AND heard.kind = 'counterpart' AND heard.key ~ '^counterpart/(merge|claim|unmerge)/'
            AND heard.member_seq < one.member_seq
            AND NOT (heard.batch_id = one.batch_id AND heard.key LIKE 'counterpart/unmerge/%%')
        ORDER BY own.member_id, heard.member_seq DESC
    ) last
    WHERE last.key NOT LIKE 'counterpart/unmerge/%%'
)
SELECT FROM one
JOIN member m ON m.programme_id = %(programme_id)s AND m.member_id = one.member_id
JOIN member_identity i ON i.programme_id = m.programme_id AND i.identity = m.external_id
WHERE i.member_id = %(member_id)s
