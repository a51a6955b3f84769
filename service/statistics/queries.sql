-- name: figures_of_day
-- What a day came to, from its own rows: every part walks an index of time, or of ids, which begin with it. A reader's or
-- moderator's act counts on the day on which it was done, and for the site that it was done on; empty where it holds everywhere.
WITH decided AS MATERIALIZED (
  SELECT d.story_id, d.comment_id, d.number, d.action, d.reason, d.decided_by, d.seen_revision, d.old_status, d.undoes,
         d.decided_at, d.resolved, s.site, c.side
    FROM decisions d
    JOIN stories s ON s.id = d.story_id
    JOIN comments c ON c.story_id = d.story_id AND c.id = d.comment_id
   WHERE d.id >= :first_id AND d.id < :end_id AND d.decided_at >= :start AND d.decided_at < :finish
), written AS MATERIALIZED (
  SELECT s.site, c.side
    FROM comments c
    JOIN stories s ON s.id = c.story_id
   WHERE c.id >= :first_id AND c.id < :end_id AND c.created_at >= :start AND c.created_at < :finish
), judged AS (
  -- What people decided about holds, by the checks that asked for them.
  SELECT DISTINCT d.site, d.story_id, d.comment_id, d.number, d.action, signal ->> 'check' AS name
    FROM decided d
    JOIN screenings x ON x.story_id = d.story_id AND x.comment_id = d.comment_id AND x.revision = d.seen_revision
   CROSS JOIN LATERAL jsonb_array_elements(x.signals) AS signal
   WHERE d.decided_by IS NOT NULL AND d.old_status = 'held' AND d.action IN ('approve', 'reject')
     AND x.verdict = 'hold' AND signal ->> 'kind' = 'hold'
), overturned AS (
  -- A decision that another person's next one went against.
  SELECT d.site, was.decided_by AS name
    FROM decided d
    JOIN decisions was ON was.story_id = d.story_id AND was.comment_id = d.comment_id AND was.number = d.number - 1
   WHERE was.decided_by IS NOT NULL AND d.decided_by IS DISTINCT FROM was.decided_by
     AND ((was.action = 'reject' AND d.action = 'restore')
          OR (was.action IN ('approve', 'restore') AND d.action = 'reject' AND d.seen_revision = was.seen_revision)
          OR (was.action IN ('approve', 'reject', 'restore') AND d.undoes = was.id))
)
SELECT site, figure, coalesce(key, '') AS key, sum(amount)::bigint AS amount
  FROM (
        SELECT site, 'received' AS figure, '' AS key, count(*) AS amount FROM written GROUP BY site
        UNION ALL
        SELECT site, 'received_by_side', side, count(*) FROM written WHERE side IS NOT NULL GROUP BY site, side
        UNION ALL
        SELECT s.site, 'held', r.held_by, count(*)
          FROM restrictions r
          JOIN stories s ON s.id = r.story_id
         WHERE r.id >= :first_id AND r.id < :end_id AND r.kind = 'hold' AND r.made_at >= :start AND r.made_at < :finish
         GROUP BY s.site, r.held_by
        UNION ALL
        SELECT site, CASE WHEN decided_by IS NULL THEN 'decided_by_rule' ELSE 'decided' END, action, count(*)
          FROM decided GROUP BY site, decided_by IS NULL, action
        UNION ALL
        SELECT site, 'rejected_for', reason, count(*) FROM decided WHERE action = 'reject' GROUP BY site, reason
        UNION ALL
        SELECT site, 'decided_by_side', side, count(*) FROM decided
         WHERE decided_by IS NOT NULL AND side IS NOT NULL AND action IN ('approve', 'reject') GROUP BY site, side
        UNION ALL
        SELECT site, 'rejected_by_side', side, count(*) FROM decided
         WHERE decided_by IS NOT NULL AND side IS NOT NULL AND action = 'reject' GROUP BY site, side
        UNION ALL
        SELECT site, 'decided_in',
               floor(ln(greatest(1, extract(epoch FROM decided_at - waited.since))) / ln(:step::numeric))::integer::text, count(*)
          FROM decided
         CROSS JOIN LATERAL (SELECT min((item ->> 'waiting_since')::timestamptz) AS since
                               FROM jsonb_array_elements(resolved) AS item) AS waited
         WHERE decided_by IS NOT NULL AND action IN ('approve', 'reject', 'restore') AND waited.since IS NOT NULL
         GROUP BY 1, 2, 3
        UNION ALL
        SELECT site, 'judged_by', decided_by, count(*) FROM decided
         WHERE decided_by IS NOT NULL AND action IN ('approve', 'reject', 'restore') GROUP BY site, decided_by
        UNION ALL
        SELECT site, 'overturned_of', name, count(*) FROM overturned GROUP BY site, name
        UNION ALL
        SELECT site, 'rule_judged', name, count(*) FROM judged GROUP BY site, name
        UNION ALL
        SELECT site, 'rule_overturned', name, count(*) FROM judged WHERE action = 'approve' GROUP BY site, name
        UNION ALL
        SELECT s.site, 'reports', r.reason, count(*)
          FROM reports r JOIN stories s ON s.id = r.story_id
         WHERE r.reported_at >= :start AND r.reported_at < :finish GROUP BY s.site, r.reason
        UNION ALL
        SELECT s.site, CASE WHEN r.upheld THEN 'reports_upheld' ELSE 'reports_declined' END, '', count(*)
          FROM reports r JOIN stories s ON s.id = r.story_id
         WHERE r.decided_at >= :start AND r.decided_at < :finish AND r.upheld IS NOT NULL GROUP BY s.site, r.upheld
        UNION ALL
        SELECT coalesce(site, ''), CASE WHEN added_by IS NULL THEN 'sanctions_by_rule' ELSE 'sanctions' END, kind, count(*)
          FROM sanctions WHERE starts_at >= :start AND starts_at < :finish GROUP BY 1, 2, 3
        UNION ALL
        SELECT coalesce(site, ''), 'sanctions_lifted', kind, count(*)
          FROM sanctions WHERE lifted_at >= :start AND lifted_at < :finish GROUP BY 1, 3
        UNION ALL
        SELECT coalesce(site, ''), 'appeals', '', count(*)
          FROM appeals WHERE id >= :first_id AND id < :end_id AND made_at >= :start AND made_at < :finish GROUP BY 1
        UNION ALL
        SELECT coalesce(site, ''), 'appeals_ruled', status, count(*)
          FROM appeals WHERE ruled_at >= :start AND ruled_at < :finish GROUP BY 1, 3
        UNION ALL
        SELECT site, 'notices', '', count(*)
          FROM notices WHERE id >= :first_id AND id < :end_id AND received_at >= :start AND received_at < :finish GROUP BY site
       ) AS counted
 GROUP BY site, figure, coalesce(key, '')
 ORDER BY site, figure, key;

-- name: sums
-- Of days that were summed up: one by one for those figures that are shown by day, else all of them together.
SELECT CASE WHEN figure = ANY(:by_day::text[]) THEN day END AS day, figure, key, sum(amount)::bigint AS amount
  FROM daily_figures
 WHERE day >= :first AND day <= :last AND (:sites::text[] IS NULL OR site = ANY(:sites::text[]))
 GROUP BY 1, 2, 3;

-- name: summed_days
SELECT day FROM daily_figures_days WHERE day >= :first AND day <= :last ORDER BY day;

-- name: next_day
-- The day to sum up next, before today: one to which something came later, then one that was never summed up, the last first,
-- and then those of the last weeks that were summed up a day ago: answers are taken back, and readers erased.
SELECT day
  FROM (SELECT day, 0 AS rank FROM daily_figures_due WHERE day < :today
        UNION ALL
        SELECT made::date, 1
          FROM generate_series((SELECT date_trunc('day', min(created_at) AT TIME ZONE 'UTC')
                                  FROM (SELECT created_at FROM comments ORDER BY id LIMIT 1) AS oldest),
                               :today::date - 1, interval '1 day') AS made
         WHERE NOT EXISTS (SELECT FROM daily_figures_days d WHERE d.day = made::date)
        UNION ALL
        SELECT day, 2 FROM daily_figures_days
         WHERE day >= :today::date - :again_days::integer AND day < :today AND summed_at < :before) AS wanted
 ORDER BY rank, day DESC
 LIMIT 1;

-- name: begin_day
-- Whoever sums up the same day at the same time waits here, and does it again.
INSERT INTO daily_figures_days AS known (day, summed_at) VALUES (:day, :now)
ON CONFLICT (day) DO UPDATE SET summed_at = excluded.summed_at;

-- name: forget_due
DELETE FROM daily_figures_due WHERE day = :day;

-- name: forget_day
DELETE FROM daily_figures WHERE day = :day;

-- name: keep_day
INSERT INTO daily_figures (day, site, figure, key, amount)
SELECT :day, site, figure, key, amount
  FROM unnest(:sites::text[], :figures::text[], :keys::text[], :amounts::bigint[]) AS given (site, figure, key, amount);

-- name: queue_ages
-- How long what waits now has waited. It reads what waits, from an index.
SELECT queue, count(*)::integer AS count, min(waiting_since) AS oldest_at,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY waiting_since DESC) AS half_since,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY waiting_since DESC) AS most_since
  FROM (SELECT queue, site, waiting_since FROM review_items WHERE queue <> 'appealed'
        UNION ALL
        SELECT 'appealed', site, made_at FROM appeals WHERE status = 'open') AS waiting
 WHERE :sites::text[] IS NULL OR site = ANY(:sites::text[])
 GROUP BY queue;
