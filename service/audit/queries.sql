-- name: append
INSERT INTO audit_entries (id, at, actor, action, subject_kind, subject_id, site, before, after)
VALUES (:entry_id, :now, :actor, :action, :subject_kind, :subject_id, :site, :before, :after);

-- name: page
-- Newest first. Of the filters that are given, the narrowest decides which index is walked.
SELECT entry.id, entry.at, entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.site, entry.before,
       entry.after, link.position, link.hash
  FROM (SELECT id, at, actor, action, subject_kind, subject_id, site, before, after
          FROM audit_entries
         WHERE id < coalesce(:after_id::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
           AND id >= coalesce(:first_id::uuid, '00000000-0000-0000-0000-000000000000')
           AND (:actor::text IS NULL OR actor = :actor)
           AND (:action::text IS NULL OR action = :action)
           AND (:subject_kind::text IS NULL OR subject_kind = :subject_kind)
           AND (:subject_id::text IS NULL OR subject_id = :subject_id)
         ORDER BY id DESC
         LIMIT :most) AS entry
  LEFT JOIN audit_links AS link ON link.entry_id = entry.id
 ORDER BY entry.id DESC;

-- name: page_of_sites
-- For those who are limited to some sites: one bounded walk for each, merged. What belongs to no site is not theirs to read.
SELECT entry.id, entry.at, entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.site, entry.before,
       entry.after, link.position, link.hash
  FROM unnest(:sites::text[]) AS place(site)
 CROSS JOIN LATERAL (
       SELECT id, at, actor, action, subject_kind, subject_id, site, before, after
         FROM audit_entries
        WHERE audit_entries.site = place.site
          AND id < coalesce(:after_id::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
          AND id >= coalesce(:first_id::uuid, '00000000-0000-0000-0000-000000000000')
          AND (:actor::text IS NULL OR actor = :actor)
          AND (:action::text IS NULL OR action = :action)
          AND (:subject_kind::text IS NULL OR subject_kind = :subject_kind)
          AND (:subject_id::text IS NULL OR subject_id = :subject_id)
        ORDER BY id DESC
        LIMIT :most) AS entry
  LEFT JOIN audit_links AS link ON link.entry_id = entry.id
 ORDER BY entry.id DESC
 LIMIT :most;

-- name: take_seal
-- Whether this worker may add to the chain until its transaction ends; another one that tries meanwhile does nothing.
SELECT pg_try_advisory_xact_lock(:key) AS taken;

-- name: head
SELECT position, entry_id, hash FROM audit_links ORDER BY position DESC LIMIT 1;

-- name: unsealed
-- In the order of the acts, as far as they are committed; one that commits later has its link behind.
SELECT e.id, e.at, e.actor, e.action, e.subject_kind, e.subject_id, e.site, e.before, e.after
  FROM audit_unsealed u
  JOIN audit_entries e ON e.id = u.entry_id
 ORDER BY u.entry_id
 LIMIT :most;

-- name: add_links
INSERT INTO audit_links (position, entry_id, hash, sealed_at)
SELECT given.position, given.entry_id, given.hash, :now
  FROM unnest(:positions::bigint[], :entry_ids::uuid[], :hashes::bytea[]) AS given (position, entry_id, hash);

-- name: forget_unsealed
DELETE FROM audit_unsealed WHERE entry_id = ANY(:entry_ids::uuid[]);

-- name: links
-- The chain with what it holds together, from the first link on. An entry that is gone leaves its columns empty.
SELECT link.position, link.entry_id, link.hash, e.id, e.at, e.actor, e.action, e.subject_kind, e.subject_id, e.site, e.before,
       e.after
  FROM audit_links AS link
  LEFT JOIN audit_entries e ON e.id = link.entry_id
 WHERE link.position > :after_position
 ORDER BY link.position
 LIMIT :most;

-- name: waiting
-- How many entries wait for their link, and since when the first of them does.
SELECT count(*)::integer AS entries, min(e.at) AS oldest_at
  FROM audit_unsealed u
  JOIN audit_entries e ON e.id = u.entry_id;

-- name: never_sealed
-- An entry without a link that nobody waits to seal: its place in the queue was taken away. It reads the whole record.
SELECT e.id
  FROM audit_entries e
 WHERE NOT EXISTS (SELECT FROM audit_links l WHERE l.entry_id = e.id)
   AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.entry_id = e.id)
 ORDER BY e.id
 LIMIT 1;

-- name: position_before
-- The last link whose entry is older than a moment, by the order of ids; 0 where none is.
SELECT coalesce((SELECT l.position FROM audit_entries e JOIN audit_links l ON l.entry_id = e.id
                  WHERE e.id < :first_id ORDER BY e.id DESC LIMIT 1), 0) AS position;
