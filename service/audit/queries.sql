-- name: append
INSERT INTO audit_entries (id, at, actor, action, subject_kind, subject_id, site, before, after)
VALUES (:entry_id, :now, :actor, :action, :subject_kind, :subject_id, :site, :before, :after);

-- name: page
-- Newest first. Of the filters that are given, the narrowest decides which index is walked.
SELECT id, at, actor, action, subject_kind, subject_id, site, before, after
  FROM audit_entries
 WHERE id < coalesce(:after_id::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   AND (:actor::text IS NULL OR actor = :actor)
   AND (:action::text IS NULL OR action = :action)
   AND (:subject_kind::text IS NULL OR subject_kind = :subject_kind)
   AND (:subject_id::text IS NULL OR subject_id = :subject_id)
 ORDER BY id DESC
 LIMIT :most;

-- name: page_of_sites
-- For those who are limited to some sites: one bounded walk for each, merged. What belongs to no site is not theirs to read.
SELECT entry.id, entry.at, entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.site, entry.before, entry.after
  FROM unnest(:sites::text[]) AS place(site)
 CROSS JOIN LATERAL (
       SELECT id, at, actor, action, subject_kind, subject_id, site, before, after
         FROM audit_entries
        WHERE audit_entries.site = place.site
          AND id < coalesce(:after_id::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
          AND (:actor::text IS NULL OR actor = :actor)
          AND (:action::text IS NULL OR action = :action)
          AND (:subject_kind::text IS NULL OR subject_kind = :subject_kind)
          AND (:subject_id::text IS NULL OR subject_id = :subject_id)
        ORDER BY id DESC
        LIMIT :most) AS entry
 ORDER BY entry.id DESC
 LIMIT :most;
