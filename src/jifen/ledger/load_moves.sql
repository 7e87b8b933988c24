-- name: load_moves
-- What some transfers moved: the numbers of both commands, the giver's lots and the receiver's that came of them, or were
-- made of those since.
WITH RECURSIVE moved AS (
    SELECT giver.key, giver.member_id AS giver_id, giver.member_seq AS giver_seq,
           receiver.member_id AS receiver_id, receiver.member_seq AS receiver_seq,
           parent_member_id, parent_seq, parent_row_no, came.row_no AS place, came.member_seq, came.row_no
    FROM command_key giver
    JOIN command_key receiver
        ON receiver.programme_id = giver.programme_id AND receiver.key = 'counterpart/' || giver.key
    JOIN lot_parent came ON came.programme_id = receiver.programme_id AND came.member_id = receiver.member_id
        AND came.member_seq = receiver.member_seq AND came.parent_member_id <> came.member_id
    WHERE giver.programme_id = %(programme)s::uuid AND giver.key = ANY(%(keys)b::text[])
    UNION ALL
    SELECT key, giver_id, giver_seq, receiver_id, receiver_seq,
           moved.parent_member_id, moved.parent_seq, moved.parent_row_no, place, later.member_seq, later.row_no
    FROM moved
    JOIN lot_parent later ON later.programme_id = %(programme)s::uuid AND later.member_id = receiver_id
        AND later.parent_member_id = later.member_id
        AND (later.parent_seq, later.parent_row_no) = (moved.member_seq, moved.row_no)
)
SELECT key, uuid_send(giver_id), giver_seq, uuid_send(receiver_id), receiver_seq,
       parent.member_seq, parent.row_no, parent.currency, parent.funder, parent.event_seq, parent.granted,
       parent.unit_price_micros, parent.earned_at, parent.available_at, parent.expires_at, parent.remaining, parent.held,
       child.member_seq, child.row_no, child.currency, child.funder, child.event_seq, child.granted,
       child.unit_price_micros, child.earned_at, child.available_at, child.expires_at, child.remaining, child.held
FROM moved
JOIN lot child ON child.programme_id = %(programme)s::uuid AND child.member_id = receiver_id
    AND child.member_seq = moved.member_seq AND child.row_no = moved.row_no
JOIN lot parent ON parent.programme_id = %(programme)s::uuid AND parent.member_id = parent_member_id
    AND parent.member_seq = parent_seq AND parent.row_no = parent_row_no
ORDER BY key, place, child.member_seq, child.row_no;
