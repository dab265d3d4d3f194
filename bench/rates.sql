-- Lives, cases, marks, tallies and events for bench/rates.py, in bulk; :named values are filled in by it.
-- The rows have the shape that the services write; the chain of hashes is not computed (nothing here reads it).

-- lives --
SELECT setseed(0.12345);
CREATE UNLOGGED TABLE bench_life AS
SELECT
    :first_id + n AS petition_id,
    (ARRAY[:units])[1 + n % :count] AS department_id,
    (ARRAY[:leaves])[1 + (random() * 1e6)::int % :leaf_count] AS category_id,
    n > :cases - :month_cases AS in_month,
    date_trunc('second', CASE WHEN n > :cases - :month_cases
        THEN :month_begins + random() * (:month_ends - :month_begins)
        ELSE :year_begins + random() * (:month_begins - interval '15 days' - :year_begins) END) AS received_at,
    date_trunc('second', random() * interval '2 hours') AS sign_after,
    date_trunc('second', random() * interval '20 hours') AS contact_after,
    date_trunc('second', interval '1 day' + random() * interval '8 days') AS close_after,
    0.82 + 0.15 * ((n % :count)::float / :count) AS quality,  -- each unit its own, so that scorecards differ
    random() AS luck_solved, random() AS luck_satisfied,
    random() < 0.995 AS contacted, random() < 0.70 AS valid, random() < 0.03 AS late,
    CASE WHEN random() < 0.12 THEN 'response_only' ELSE 'three_rates' END AS assessment,
    random() < 0.08 AS excluded
FROM generate_series(1, :cases) AS n;
ALTER TABLE bench_life ADD COLUMN solved text, ADD COLUMN satisfaction text;
UPDATE bench_life SET
    solved = CASE WHEN luck_solved < quality THEN 'yes' WHEN luck_solved < quality + 0.03 THEN 'partly' ELSE 'no' END,
    satisfaction = CASE WHEN luck_satisfied < quality THEN 'satisfied'
        WHEN luck_satisfied < quality + 0.05 THEN 'basically' ELSE 'unsatisfied' END;
ALTER TABLE bench_life ADD PRIMARY KEY (petition_id);
ANALYZE bench_life;

-- marks --
CREATE FUNCTION pg_temp.half(at timestamptz) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT 2 * ((at AT TIME ZONE 'Asia/Shanghai')::date - date '0001-01-01' + 1)
        + (extract(hour FROM at AT TIME ZONE 'Asia/Shanghai') >= 12)::int $$;
INSERT INTO insight_mark (petition_id, department_id, kind, at, half, good, amount, contacted, solved, satisfaction,
    via, assessment, excluded, not_counted)
SELECT petition_id, department_id, told.kind, told.at, pg_temp.half(told.at), told.good, told.amount,
    CASE WHEN told.kind = 'verdict' THEN contacted END,
    CASE WHEN told.kind = 'verdict' THEN solved ELSE '' END,
    CASE WHEN told.kind = 'verdict' THEN satisfaction ELSE '' END,
    CASE WHEN told.kind = 'verdict' THEN 'call' ELSE '' END,
    assessment, excluded, false
FROM bench_life, LATERAL (VALUES
    ('received', received_at, NULL::boolean, NULL::int, true),
    ('signing', received_at + interval '1 hour' + sign_after, true, NULL, true),
    ('contact', received_at + interval '3 hours' + contact_after, NULL,
        floor(extract(epoch FROM interval '2 hours' + contact_after) / 60)::int, true),
    ('verdict', received_at + close_after + interval '1 day', solved = 'yes', NULL, valid),
    ('false_reply', received_at + close_after + interval '1 day', NULL, NULL, valid AND NOT contacted),
    ('closed', received_at + close_after + interval '25 hours', NOT late, NULL, true)
) AS told (kind, at, good, amount, counts)
WHERE told.counts;
ANALYZE insight_mark;

-- tallies --
INSERT INTO insight_tally (half, department_id, kind, assessment, excluded, not_counted, n, good, amount, contacted,
    solved, partly, satisfied, basically)
SELECT half, department_id, kind, assessment, excluded, not_counted, count(*), count(*) FILTER (WHERE good),
    coalesce(sum(amount), 0), count(*) FILTER (WHERE contacted), count(*) FILTER (WHERE solved = 'yes'),
    count(*) FILTER (WHERE solved = 'partly'), count(*) FILTER (WHERE satisfaction = 'satisfied'),
    count(*) FILTER (WHERE satisfaction = 'basically')
FROM insight_mark GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY half /* as they come in */;
VACUUM ANALYZE insight_tally;

-- events --
INSERT INTO petitions_event (petition_id, seq, at, actor_id, subject, subject_id, department_id, action, before, after,
    reason, data, prev_hash, hash)
SELECT petition_id, told.seq, told.at, :actor, told.subject, CASE WHEN told.subject = 'case' THEN NULL
        ELSE petition_id END,
    CASE WHEN told.subject = 'case' THEN NULL ELSE department_id END, told.action, '', told.after, '', told.data, '', '-'
FROM bench_life, LATERAL (VALUES
    (1, received_at, 'case', 'create', 'pending_review', jsonb_build_object('received_at', received_at, 'channel',
        'phone'), true),
    (2, received_at + interval '30 minutes', 'case', 'pass_review', 'pending_dispatch', '{}'::jsonb, true),
    (3, received_at + interval '1 hour', 'case', 'dispatch', 'in_progress',
        jsonb_build_object('assessment', assessment), true),
    (4, received_at + interval '1 hour', 'assignment', 'assign', 'pending_sign',
        jsonb_build_object('part', 'main', 'sign_by', received_at + interval '4 hours'), true),
    (5, received_at + interval '1 hour' + sign_after, 'assignment', 'sign', 'handling', '{}'::jsonb, true),
    (6, received_at + interval '3 hours' + contact_after, 'assignment', 'contact', '',
        jsonb_build_object('how', 'phone', 'reached', true), true),
    (7, received_at + close_after - interval '2 hours', 'assignment', 'submit_reply', 'unit_review', '{}'::jsonb, true),
    (8, received_at + close_after - interval '1 hour', 'assignment', 'approve_reply', 'replied', '{}'::jsonb, true),
    (9, received_at + close_after - interval '1 hour', 'case', 'submit_reply', 'reply_review', '{}'::jsonb, true),
    (10, received_at + close_after - interval '30 minutes', 'case', 'expire', '', '{}'::jsonb, late),
    (11, received_at + close_after, 'case', 'accept_reply', 'pending_callback', '{}'::jsonb, true),
    (12, received_at + close_after + interval '1 day', 'case', 'call', '', jsonb_build_object('valid', valid, 'round', 1,
        'contacted', contacted, 'solved', solved, 'satisfaction', satisfaction), true),
    (13, received_at + close_after + interval '25 hours', 'case', 'close', 'closed', '{}'::jsonb, true),
    (14, received_at + close_after + interval '2 days', 'request', 'file_request', 'filed',
        jsonb_build_object('kind', 'exclusion'), excluded),
    (15, received_at + close_after + interval '3 days', 'request', 'grant', 'granted', '{}'::jsonb, excluded)
) AS told (seq, at, subject, action, after, data, happened)
WHERE in_month AND told.happened;
ANALYZE petitions_event;
