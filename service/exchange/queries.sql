-- name: known
-- What earlier imports stored of a story, with what is needed to hang replies under it.
SELECT i.source_id, c.id, c.depth, c.ancestors
  FROM imported_comments i
  JOIN comments c ON c.story_id = i.story_id AND c.id = i.comment_id
 WHERE i.source = :source AND i.story_id = :story_id;

-- name: add_story
INSERT INTO stories (id, site, title, created_at, updated_at, published_at)
VALUES (:story_id, :site, :title, :now, :now, :published_at)
ON CONFLICT (id) DO NOTHING;

-- name: add_authors
-- Authors who came with an import: known by a name, without a subject until somebody claims them.
INSERT INTO readers (id, name, first_seen_at)
SELECT id, name, :now FROM unnest(:ids::uuid[], :names::text[]) AS given (id, name)
ON CONFLICT (id) DO NOTHING;

-- name: add_comment
INSERT INTO comments (story_id, id, parent_id, hangs_under, ancestors, depth, author_id, body, body_html, status, created_at,
                      votes_up, votes_down)
VALUES (:story_id, :comment_id, :parent_id, :hangs_under, :ancestors, :depth, :author_id, :body, :body_html, :status,
        :created_at, :votes_up, :votes_down);

-- name: note_origin
INSERT INTO imported_comments (source, story_id, source_id, comment_id) VALUES (:source, :story_id, :source_id, :comment_id);

-- name: recount_replies
-- Every reply count of a story from its rows: cheaper after an import than one by one.
WITH below AS (
  SELECT a.id, count(*)::integer AS replies, count(*) FILTER (WHERE c.parent_id = a.id)::integer AS direct
    FROM comments c
   CROSS JOIN LATERAL unnest(c.ancestors) AS a (id)
   WHERE c.story_id = :story_id AND c.status = 'published'
   GROUP BY a.id
)
UPDATE comments c
   SET reply_count = below.replies, direct_reply_count = below.direct
  FROM below
 WHERE c.story_id = :story_id AND c.id = below.id
   AND (c.reply_count, c.direct_reply_count) <> (below.replies, below.direct);

-- name: recount_story
UPDATE stories
   SET comment_count = (SELECT count(*) FROM comments WHERE story_id = :story_id AND status = 'published'),
       thread_version = thread_version + 1
 WHERE id = :story_id
RETURNING thread_version;

-- name: mark_changed
UPDATE comments SET changed_version = :version WHERE story_id = :story_id AND id = ANY(:comment_ids::uuid[]);

-- name: recount_authors
UPDATE readers r
   SET published_count = (SELECT count(*) FROM comments WHERE author_id = r.id AND status = 'published')
 WHERE r.id = ANY(:ids::uuid[]);
