-- name: load_moves
-- What some transfers moved: the numbers of both commands, the giver's lots and the receiver's that came of them.
SELECT giver.key, uuid_send(giver.member_id), giver.member_seq, uuid_send(receiver.member_id), receiver.member_seq,
       parent.member_seq, parent.row_no, parent.currency, parent.funder, parent.event_seq, parent.granted,
       parent.unit_price_micros, parent.earned_at, parent.available_at, parent.expires_at, parent.remaining, parent.held,
       child.member_seq, child.row_no, child.currency, child.funder, child.event_seq, child.granted,
       child.unit_price_micros, child.earned_at, child.available_at, child.expires_at, child.remaining, child.held
FROM command_key giver
JOIN command_key receiver
    ON receiver.programme_id = giver.programme_id AND receiver.key = 'counterpart/' || giver.key
JOIN lot_parent ON lot_parent.programme_id = receiver.programme_id AND lot_parent.member_id = receiver.member_id
    AND lot_parent.member_seq = receiver.member_seq
JOIN lot child ON child.programme_id = lot_parent.programme_id AND child.member_id = lot_parent.member_id
    AND child.member_seq = lot_parent.member_seq AND child.row_no = lot_parent.row_no
JOIN lot parent ON parent.programme_id = lot_parent.programme_id AND parent.member_id = lot_parent.parent_member_id
    AND parent.member_seq = lot_parent.parent_seq AND parent.row_no = lot_parent.parent_row_no
WHERE giver.programme_id = %(programme)s::uuid AND giver.key = ANY(%(keys)b::text[])
ORDER BY giver.key, child.row_no;
