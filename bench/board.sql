-- Cases, hour counters and tallies for bench/board.py, in bulk; %(names)s are filled in by it.

-- lives --
SELECT setseed(0.12345);
CREATE UNLOGGED TABLE bench_life AS
SELECT %(first_id)s + n AS petition_id,
    (%(units)s)[1 + n %% cardinality(%(units)s)] AS department_id,
    (%(leaves)s)[1 + (random() * 1e6)::int %% cardinality(%(leaves)s)] AS category_id,
    (%(streets)s)[1 + (random() * 1e6)::int %% cardinality(%(streets)s)] AS area_id,
    (ARRAY['phone', 'phone', 'phone', 'wechat', 'web', 'app', 'transfer_110'])[1 + n %% 7] AS channel,
    date_trunc('second', %(now)s - CASE WHEN n > %(cases)s - %(month_cases)s THEN random() * interval '30 days'
        ELSE interval '30 days' + random() * interval '335 days' END) AS received_at,
    date_trunc('second', interval '1 day' + random() * interval '4 days') AS close_after,
    (ARRAY['content', 'content', 'content', 'content', 'discontent', 'unrated', 'answered'])[1 + (random() * 6)::int]
        AS ended,
    random() < 0.03 AS late
FROM generate_series(1, %(cases)s) AS n;
ALTER TABLE bench_life ADD COLUMN result text, ADD COLUMN closed_at timestamptz;
UPDATE bench_life SET result = CASE WHEN received_at + close_after < %(now)s THEN ended ELSE 'open' END,
    closed_at = CASE WHEN received_at + close_after < %(now)s THEN received_at + close_after END;

-- counters --
DELETE FROM insight_hourcount;
INSERT INTO insight_countedcase (petition_id, area_id, category_id, channel, department_id, result, received, closed,
    overdue)
SELECT petition_id, area_id, category_id, channel, department_id, result, date_trunc('hour', received_at),
    date_trunc('hour', closed_at), CASE WHEN late THEN date_trunc('hour', received_at + close_after) END
FROM bench_life;
INSERT INTO insight_hourcount (hour, area_id, category_id, channel, department_id, result, received, closed, overdue)
SELECT told.hour, area_id, category_id, channel, department_id, result, sum(told.received), sum(told.closed),
    sum(told.overdue)
FROM insight_countedcase AS counted, LATERAL (VALUES (counted.received, 1, 0, 0), (counted.closed, 0, 1, 0),
    (counted.overdue, 0, 0, 1)) AS told (hour, received, closed, overdue)
WHERE told.hour IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1;
INSERT INTO insight_tally (half, department_id, kind, assessment, excluded, not_counted, n, good, amount, contacted,
    solved, partly, satisfied, basically)
SELECT 2 * ((told.at AT TIME ZONE 'Asia/Shanghai')::date - date '0001-01-01' + 1)
        + (extract(hour FROM told.at AT TIME ZONE 'Asia/Shanghai') >= 12)::int,
    department_id, told.kind, 'three_rates', false, false, count(*), count(*) FILTER (WHERE NOT late), 0, count(*),
    count(*) FILTER (WHERE result = 'content'), 0, count(*) FILTER (WHERE result = 'content'), 0
FROM bench_life, LATERAL (VALUES ('received', received_at, true), ('closed', closed_at, closed_at IS NOT NULL),
    ('verdict', closed_at, closed_at IS NOT NULL AND result IN ('content', 'discontent'))) AS told (kind, at, counts)
WHERE told.counts GROUP BY 1, 2, 3;
VACUUM ANALYZE insight_countedcase;
VACUUM ANALYZE insight_hourcount;
VACUUM ANALYZE insight_tally
