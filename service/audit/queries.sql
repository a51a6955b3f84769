-- name: append
INSERT INTO audit_entries (id, at, actor, action, subject_kind, subject_id, site, before, after)
VALUES (:id, :at, :actor, :action, :subject_kind, :subject_id, :site, :before, :after);
