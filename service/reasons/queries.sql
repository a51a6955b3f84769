-- What readers are told of decisions about them. `restrictions` is kept by triggers; everything else is read from where it is.

-- name: restrictions
-- Each with all that its statement says: the text that it was about, what the checks noticed in it, the decision or the sanction,
-- and the appeal. At most a page of rows, each joined by keys: the limits of one keep the planner from reading whole tables in
-- their place. `decided_by` is for staff; readers are not told who.
SELECT r.id, r.reader_id, r.kind, r.made_at, r.held_by, r.rule_version, r.revision,
       c.story_id, c.id AS comment_id, s.title AS story_title, s.url AS story_url, s.site AS story_site,
       coalesce(e.body, c.body) AS body, c.status AS comment_status, c.created_at,
       (SELECT true FROM restrictions l
         WHERE l.story_id = r.story_id AND l.comment_id = r.comment_id AND l.kind = r.kind AND l.id > r.id LIMIT 1) IS NOT NULL
         AS superseded,
       coalesce(d.reason, x.reason) AS reason, coalesce(d.note, x.note) AS note, coalesce(d.decided_by, x.added_by) AS decided_by,
       coalesce(n.signals, '[]') AS signals,
       (SELECT true FROM reports
         WHERE reports.story_id = d.story_id AND reports.comment_id = d.comment_id AND reports.decision_id = d.id
           AND reports.upheld LIMIT 1) IS NOT NULL AS after_report,
       (SELECT true FROM notices
         WHERE notices.story_id = d.story_id AND notices.comment_id = d.comment_id AND notices.decisions_then < d.number
         LIMIT 1) IS NOT NULL AS after_notice,
       x.kind AS sanction_kind, x.site AS sanction_site, x.until, x.lifted_at, x.acknowledged_at,
       p.id AS appeal_id, p.status AS appeal_status, p.text AS appeal_text, p.made_at AS appealed_at, p.ruled_at, p.ruling
  FROM {{from}}
  LEFT JOIN comments c ON c.story_id = r.story_id AND c.id = r.comment_id
  LEFT JOIN comment_revisions e ON e.story_id = r.story_id AND e.comment_id = r.comment_id AND e.revision = r.revision
  LEFT JOIN stories s ON s.id = r.story_id
  LEFT JOIN screenings n ON n.story_id = r.story_id AND n.comment_id = r.comment_id AND n.revision = r.revision
  LEFT JOIN LATERAL (SELECT * FROM decisions WHERE id = r.id LIMIT 1) d ON true
  LEFT JOIN LATERAL (SELECT * FROM sanctions WHERE id = r.id LIMIT 1) x ON true
  LEFT JOIN LATERAL (SELECT * FROM appeals WHERE restriction_id = r.id LIMIT 1) p ON true
 ORDER BY r.id DESC;

-- name: granted
-- Whether an appeal brought back this very text.
SELECT EXISTS (SELECT FROM appeals a
                 JOIN restrictions r ON r.id = a.restriction_id
                WHERE a.story_id = :story_id AND a.comment_id = :comment_id AND a.status = 'reversed'
                  AND r.revision = :revision);

-- name: own_reports
-- A reader's reports, newest first, by the index of reporters. A text is shown again only while everybody can read it.
SELECT r.id, r.story_id, r.comment_id, s.title AS story_title, s.url AS story_url,
       CASE WHEN c.status = 'published' THEN c.body END AS body, c.status AS comment_status, r.reason, r.note, r.reported_at,
       r.decided_at, r.upheld, r.decided_at IS NOT NULL AND d.decided_by IS NULL AS automated
  FROM (SELECT * FROM reports
         WHERE reporter_id = :reader_id
           AND (:before_at::timestamptz IS NULL OR reported_at <= :before_at)
           AND (:before_at::timestamptz IS NULL OR (reported_at, id) < (:before_at, :before_id::uuid))
         ORDER BY reported_at DESC, id DESC
         LIMIT :most) AS r
  JOIN comments c ON c.story_id = r.story_id AND c.id = r.comment_id
  JOIN stories s ON s.id = r.story_id
  LEFT JOIN decisions d ON d.id = r.decision_id
 ORDER BY r.reported_at DESC, r.id DESC;
