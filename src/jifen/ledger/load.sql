-- name: load_balances
-- The balances of members, by identities: so they can be asked for together with the members. Whom these lead to is found
-- first, so that a plan of the days when few had a balance looks at the table once, and not for each of them.
SELECT uuid_send(member_id), currency, points, held, debt, lifetime, spent, expired, reversed
FROM balance
WHERE programme_id = %(programme)s::uuid AND member_id = ANY(ARRAY(
    SELECT i.member_id FROM member_identity i
    WHERE i.programme_id = %(programme)s::uuid AND i.identity = ANY(%(identities)b::text[])
));

-- name: load_open_lots
-- The lots of members that hold points, whether available, pending, held or ended but not posted.
SELECT uuid_send(member_id), member_seq, row_no, currency, funder, event_seq, granted, unit_price_micros,
       earned_at, available_at, expires_at, remaining, held
FROM lot
WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND remaining > 0;

-- name: load_last_looks
-- When the last command of members was recorded, at which everything was looked at that had come due.
SELECT uuid_send(m.member_id), c.recorded_at
FROM member m JOIN command c USING (programme_id, member_id, member_seq)
WHERE m.programme_id = %(programme)s::uuid AND m.member_id = ANY(%(members)b::uuid[]);

-- name: load_first_lots
-- The first open lots of members in a currency, by end, until they hold so many points that can be spent now. Each
-- step looks up one lot, so that what is read depends on the amount and not on how many lots there are.
WITH RECURSIVE
asked AS (
    SELECT member_id, currency, points
    FROM unnest(%(members)b::uuid[], %(currencies)b::smallint[], %(points)b::bigint[])
        AS asked (member_id, currency, points)
),
walk AS (
    SELECT asked.points AS needed, first.*
    FROM asked CROSS JOIN LATERAL (
        SELECT lot.*, CASE WHEN available_at <= instant(%(now)b::bigint) AND expires_at > instant(%(now)b::bigint)
                           THEN remaining - held ELSE 0 END::numeric AS covered
        FROM lot
        WHERE programme_id = %(programme)s::uuid AND member_id = asked.member_id AND currency = asked.currency
            AND remaining > 0
        ORDER BY expires_at, earned_at, member_seq, row_no
        LIMIT 1
    ) first
    UNION ALL
    SELECT walk.needed, following.*
    FROM walk CROSS JOIN LATERAL (
        SELECT lot.*, walk.covered
                      + CASE WHEN available_at <= instant(%(now)b::bigint) AND expires_at > instant(%(now)b::bigint)
                             THEN remaining - held ELSE 0 END AS covered
        FROM lot
        WHERE programme_id = %(programme)s::uuid AND member_id = walk.member_id AND currency = walk.currency
            AND remaining > 0
            AND (expires_at, earned_at, member_seq, row_no)
                > (walk.expires_at, walk.earned_at, walk.member_seq, walk.row_no)
        ORDER BY expires_at, earned_at, member_seq, row_no
        LIMIT 1
    ) following
    WHERE walk.covered < walk.needed
)
SELECT uuid_send(member_id), member_seq, row_no, currency, funder, event_seq, granted, unit_price_micros,
       earned_at, available_at, expires_at, remaining, held
FROM walk;

-- name: load_event_lots
-- Every lot of some events of members, and how much of each was posted as expired (account 3).
SELECT uuid_send(lot.member_id), lot.member_seq, lot.row_no, lot.currency, lot.funder, lot.event_seq, lot.granted,
       lot.unit_price_micros, lot.earned_at, lot.available_at, lot.expires_at, lot.remaining, lot.held,
       coalesce((
           SELECT sum(taking.points)::bigint
           FROM taking
           JOIN posting ON posting.programme_id = taking.programme_id
               AND posting.member_id = taking.member_id
               AND posting.member_seq = taking.member_seq
               AND posting.row_no = taking.posting_row_no
           WHERE taking.programme_id = %(programme)s::uuid
               AND taking.member_id = lot.member_id
               AND taking.lot_seq = lot.member_seq
               AND taking.lot_row_no = lot.row_no
               AND posting.account = 3
       ), 0)
FROM unnest(%(members)b::uuid[], %(events)b::bigint[]) AS asked (member_id, event_seq)
CROSS JOIN LATERAL (
    SELECT * FROM lot  -- as first granted
    WHERE lot.programme_id = %(programme)s::uuid AND lot.member_id = asked.member_id
        AND lot.member_seq = asked.event_seq AND lot.event_seq = asked.event_seq
    UNION ALL
    SELECT * FROM lot  -- what later commands made of it
    WHERE lot.programme_id = %(programme)s::uuid AND lot.member_id = asked.member_id
        AND lot.event_seq = asked.event_seq AND lot.event_seq <> 0 AND lot.event_seq <> lot.member_seq
) AS lot;

-- name: load_open_holds
-- The open holds of members.
SELECT uuid_send(member_id), member_seq, hold_id, currency, points, fee, deadline, state, captured, closed_at
FROM hold
WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND state = 0;

-- name: load_closed_holds
-- The closed holds among those that were asked for by the sender's id.
SELECT uuid_send(member_id), member_seq, hold_id, currency, points, fee, deadline, state, captured, closed_at
FROM hold
WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND state <> 0
    AND hold_id = ANY(%(holds)b::text[]);

-- name: load_hold_lots
-- What the open holds of members reserve, in the order in which it was reserved, and the lots it is of.
SELECT uuid_send(member_id), hold.hold_id, hold_lot.points,
       lot.member_seq, lot.row_no, lot.currency, lot.funder, lot.event_seq, lot.granted, lot.unit_price_micros,
       lot.earned_at, lot.available_at, lot.expires_at, lot.remaining, lot.held
FROM hold
JOIN hold_lot USING (programme_id, member_id, member_seq)
JOIN lot USING (programme_id, member_id)
WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND state = 0
    AND lot.member_seq = hold_lot.lot_seq AND lot.row_no = hold_lot.lot_row_no
ORDER BY member_id, hold.member_seq, hold_lot.row_no;

-- name: load_looks
-- Of each lot of which an open hold of members reserves something: when it was recorded, and each instant at which its
-- member was looked at since, from so many days before its end on.
SELECT uuid_send(held.member_id), held.member_seq, held.row_no, made.recorded_at, looked.recorded_at
FROM (
    SELECT DISTINCT lot.member_id, lot.member_seq, lot.row_no, lot.expires_at
    FROM hold
    JOIN hold_lot USING (programme_id, member_id, member_seq)
    JOIN lot USING (programme_id, member_id)
    WHERE programme_id = %(programme)s::uuid AND member_id = ANY(%(members)b::uuid[]) AND state = 0
        AND lot.member_seq = hold_lot.lot_seq AND lot.row_no = hold_lot.lot_row_no AND isfinite(lot.expires_at)
) held
JOIN command made ON made.programme_id = %(programme)s::uuid AND made.member_id = held.member_id
    AND made.member_seq = held.member_seq
JOIN command looked ON looked.programme_id = %(programme)s::uuid AND looked.member_id = held.member_id
    AND looked.member_seq > held.member_seq
    AND looked.recorded_at >= held.expires_at - make_interval(days => %(days)s::integer)
ORDER BY held.member_id, held.member_seq, held.row_no, looked.member_seq;
