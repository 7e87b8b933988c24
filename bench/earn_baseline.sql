-- What a careful engineer would write by hand: one function, one transaction an earning, the same rows and bytes as
-- jifen writes for a one-line purchase, rules fixed in the code. Run by pgbench with -M prepared.
CREATE SEQUENCE baseline_number;

CREATE FUNCTION baseline_earn(program uuid, who uuid, amount bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    seq bigint;
    number bigint := nextval('baseline_number');
    name text := 'base-' || lpad(number::text, 9, '0');
    happened timestamptz := clock_timestamp();
    today date := (happened AT TIME ZONE 'Asia/Shanghai')::date;
    won bigint := amount / 100 + CASE WHEN amount >= 5000 THEN 20 ELSE 0 END;
    batch uuid := gen_random_uuid();
    link bytea;
BEGIN
    SELECT member_seq + 1, chain INTO seq, link FROM member
    WHERE programme_id = program AND member_id = who FOR UPDATE;
    INSERT INTO command_key VALUES (program, 'event/' || name, who, seq);
    INSERT INTO command VALUES (program, who, seq, batch, happened, happened, 'event/' || name, 'event', 'bench', '{}',
        json_build_object('points', json_build_object('points', won), 'base', amount, 'tier', 'basic',
            'rules', json_build_object('base', json_build_object('before', amount / 100, 'after', amount / 100),
                                       'big-basket', json_build_object('before', 20, 'after', 20)),
            'balance', json_build_object('points', won)));
    INSERT INTO event VALUES (program, who, seq, happened, number, happened, today, name, 'purchase',
        json_build_object('fields', json_build_object('amount', amount, 'channel', 'app'), 'lines', '{}'::json,
                          'facts', json_build_object('days_since_joining', 12)));
    INSERT INTO award VALUES (program, who, seq, 0, seq, 1, 0, decode(repeat('ff', 7), 'hex'), decode(repeat('00', 48), 'hex'));
    INSERT INTO posting VALUES (program, who, seq, 0, batch, 0, 1, won, happened, happened, seq);
    INSERT INTO lot VALUES (program, who, seq, 0, 0, 0, seq, won, 25000, happened, happened, happened + interval '1 year', won, 0);
    INSERT INTO balance AS b VALUES (program, who, 0, won, 0, 0, won, 0, 0, 0)
        ON CONFLICT (programme_id, member_id, currency)
        DO UPDATE SET points = b.points + excluded.points, lifetime = b.lifetime + excluded.lifetime;
    INSERT INTO outbox (programme_id, member_id, member_seq, row_no, name, payload)
        VALUES (program, who, seq, 0, 'points.earned',
                json_build_object('event', name, 'member', 'm-123456', 'points', json_build_object('points', won)));
    UPDATE member SET member_seq = seq, chain = sha256(link), events_evaluated = events_evaluated + 1,
        last_occurred_at = happened, last_sequence = number, last_event_id = name
    WHERE programme_id = program AND member_id = who;
    RETURN won;
END $$;
