-- migrate:up
-- A UUIDv7 of a moment, for rows that the database makes by itself.
CREATE FUNCTION id_of_moment(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE RETURN
  encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid;

-- Whatever restricted a reader, once each: a rejection, an automatic hold, a sanction. Kept by the triggers below, so that
-- no way of restricting somebody can leave it out. What its reader is told of it is read from here (service/reasons).
CREATE TABLE restrictions (
  -- The id of the decision or of the sanction; a hold has one of its own.
  id            uuid PRIMARY KEY,
  reader_id     uuid NOT NULL REFERENCES readers,
  kind          text NOT NULL CHECK (kind IN ('rejection', 'hold', 'sanction')),
  story_id      text,
  comment_id    uuid,
  -- The text that it was about.
  revision      integer,
  -- What held a comment: `screening`, `premoderation`, `reports`. Null for the other kinds.
  held_by       text,
  -- The version of the rules that held it; it stands in each signal too.
  rule_version  integer,
  -- How many decisions the comment had had when it was held.
  decisions_then integer,
  made_at       timestamptz NOT NULL,
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id),
  CHECK ((kind = 'sanction') = (comment_id IS NULL)),
  CHECK ((kind = 'hold') = (held_by IS NOT NULL))
);
-- A reader's, newest first; a comment's.
CREATE INDEX restrictions_of_reader ON restrictions (reader_id, id DESC);
CREATE INDEX restrictions_of_comment ON restrictions (story_id, comment_id, kind, id DESC) WHERE comment_id IS NOT NULL;

-- What somebody was told stays as it was told.
CREATE TRIGGER restrictions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON restrictions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION note_rejection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO restrictions (id, reader_id, kind, story_id, comment_id, revision, made_at)
  VALUES (NEW.id, NEW.author_id, 'rejection', NEW.story_id, NEW.comment_id, NEW.seen_revision, NEW.decided_at);
  RETURN NULL;
END $$;
CREATE TRIGGER decisions_note_rejection AFTER INSERT ON decisions
  FOR EACH ROW WHEN (NEW.action = 'reject' AND NEW.author_id IS NOT NULL) EXECUTE FUNCTION note_rejection();

CREATE FUNCTION note_sanction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO restrictions (id, reader_id, kind, made_at) VALUES (NEW.id, NEW.reader_id, 'sanction', NEW.starts_at);
  RETURN NULL;
END $$;
CREATE TRIGGER sanctions_note_sanction AFTER INSERT ON sanctions
  FOR EACH ROW EXECUTE FUNCTION note_sanction();

-- A story where every comment is read first restricts nobody in particular; any other reason to hold does. Asked at the end of
-- the transaction, when the comment is as it is left: a check may add what it noticed without holding anything. What was noted
-- about a hold that still lasts is not noted twice.
CREATE FUNCTION note_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held_by text;
  rule_version integer;
  noticed_at timestamptz := CASE TG_OP WHEN 'INSERT' THEN NEW.screened_at ELSE now() END;
  decisions_so_far integer;
BEGIN
  -- OLD is null where the row is new. The same thing noticed once more counts once more.
  WITH added AS (
    SELECT signal ->> 'check' AS name, (signal ->> 'rule_version')::integer AS version
      FROM (SELECT jsonb_array_elements(NEW.signals) EXCEPT ALL SELECT jsonb_array_elements(OLD.signals)) AS noticed (signal)
     WHERE signal ->> 'kind' = 'hold' AND signal ->> 'check' <> 'story_mode')
  SELECT CASE WHEN bool_and(name = 'premoderation') THEN 'premoderation' WHEN bool_and(name = 'reports') THEN 'reports'
              ELSE 'screening' END,
         max(version)
    INTO held_by, rule_version
    FROM added
  HAVING count(*) > 0;
  IF held_by IS NOT NULL THEN
    SELECT coalesce(max(number), 0) INTO decisions_so_far
      FROM decisions WHERE story_id = NEW.story_id AND comment_id = NEW.comment_id;
    INSERT INTO restrictions (id, reader_id, kind, story_id, comment_id, revision, held_by, rule_version, decisions_then, made_at)
    SELECT id_of_moment(noticed_at), c.author_id, 'hold', c.story_id, c.id, NEW.revision, held_by, rule_version,
           decisions_so_far, noticed_at
      FROM comments c
     WHERE c.story_id = NEW.story_id AND c.id = NEW.comment_id AND c.author_id IS NOT NULL AND c.status = 'held'
       AND NOT EXISTS (
           SELECT FROM restrictions r
            WHERE r.story_id = c.story_id AND r.comment_id = c.id AND r.kind = 'hold' AND r.revision = NEW.revision
              AND r.decisions_then = decisions_so_far);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER screenings_note_hold AFTER INSERT OR UPDATE OF verdict, signals ON screenings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.verdict = 'hold') EXECUTE FUNCTION note_hold();

-- An author's objection to a restriction, and the ruling on it. One each, for good.
CREATE TABLE appeals (
  id              uuid PRIMARY KEY,
  restriction_id  uuid NOT NULL UNIQUE REFERENCES restrictions,
  reader_id       uuid NOT NULL REFERENCES readers,
  -- The comment that was rejected, or the sanction.
  story_id        text,
  comment_id      uuid,
  sanction_id     uuid REFERENCES sanctions,
  -- Where it is ruled on; null for a sanction that holds everywhere.
  site            text,
  text            text NOT NULL,
  made_at         timestamptz NOT NULL,
  -- Who took the decision that it is against: they do not rule on it. Filled in by the database.
  restricted_by   text[] NOT NULL DEFAULT '{}',
  status          text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'upheld', 'reversed', 'withdrawn')),
  ruled_by        text,
  ruled_at        timestamptz,
  -- In words, for the author.
  ruling          text,
  -- The decision by which a reversal brought the comment back.
  decision_id     uuid UNIQUE,
  claimed_by      text,
  claimed_until   timestamptz,
  FOREIGN KEY (story_id, comment_id) REFERENCES comments (story_id, id),
  CHECK ((comment_id IS NULL) <> (sanction_id IS NULL)),
  CHECK ((status IN ('upheld', 'reversed')) = (ruled_by IS NOT NULL)),
  CHECK ((ruled_by IS NULL) = (ruling IS NULL)),
  CHECK ((status = 'open') = (ruled_at IS NULL)),
  CONSTRAINT another_moderator CHECK (ruled_by <> ALL (restricted_by)),
  CHECK ((claimed_by IS NULL) = (claimed_until IS NULL))
) WITH (fillfactor = 80);
-- Of a status on a site, oldest and newest first; several sites are merged from as many walks. Null stands for everywhere.
CREATE INDEX appeals_of_site ON appeals (status, site, id);
CREATE INDEX appeals_of_status ON appeals (status, id);
CREATE INDEX appeals_of_reader ON appeals (reader_id, id);
-- What is asked before each decision on a comment, and before a sanction is lifted.
CREATE INDEX appeals_of_comment ON appeals (story_id, comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX appeals_of_sanction ON appeals (sanction_id) WHERE sanction_id IS NOT NULL;
CREATE INDEX appeals_claimed ON appeals (claimed_by) WHERE claimed_by IS NOT NULL;

-- Whoever ever rejected the comment, or added the sanction, took part in what the appeal is against.
CREATE FUNCTION name_the_first_moderators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.restricted_by := CASE
    WHEN NEW.comment_id IS NOT NULL THEN ARRAY(
      SELECT DISTINCT decided_by FROM decisions
       WHERE story_id = NEW.story_id AND comment_id = NEW.comment_id AND new_status = 'rejected' AND decided_by IS NOT NULL)
    ELSE ARRAY(SELECT added_by FROM sanctions WHERE id = NEW.sanction_id AND added_by IS NOT NULL) END;
  RETURN NEW;
END $$;
CREATE TRIGGER appeals_name_the_first_moderators BEFORE INSERT ON appeals
  FOR EACH ROW EXECUTE FUNCTION name_the_first_moderators();

CREATE FUNCTION refuse_changed_ruling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.restricted_by <> OLD.restricted_by OR NEW.restriction_id <> OLD.restriction_id THEN
    RAISE EXCEPTION 'what appeal % is against does not change', OLD.id;
  END IF;
  -- The decision that carries a reversal out is named once it is made.
  IF OLD.status <> 'open' AND ((NEW.status, NEW.ruled_by, NEW.ruled_at) IS DISTINCT FROM (OLD.status, OLD.ruled_by, OLD.ruled_at)
                               OR (OLD.decision_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM OLD.decision_id)) THEN
    RAISE EXCEPTION 'appeal % was answered already', OLD.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER appeals_ruled_once BEFORE UPDATE ON appeals
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_ruling();

-- An appealed comment is decided about by the ruling alone; a ruling is not undone; and what a ruling let stand is not
-- rejected again, in the same words, by a rule or by those whose decision it reversed.
CREATE FUNCTION refuse_decision_against_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  appeal appeals;
BEGIN
  FOR appeal IN SELECT * FROM appeals WHERE story_id = NEW.story_id AND comment_id = NEW.comment_id LOOP
    IF appeal.status = 'open' THEN
      RAISE EXCEPTION 'appeal % waits for its ruling', appeal.id USING ERRCODE = 'SC002';
    END IF;
    IF appeal.decision_id = NEW.undoes THEN
      RAISE EXCEPTION 'the ruling on appeal % stands', appeal.id USING ERRCODE = 'SC002';
    END IF;
    IF appeal.status = 'reversed' AND NEW.new_status = 'rejected' AND NEW.old_status <> 'rejected'
       AND (NEW.decided_by IS NULL OR NEW.decided_by = ANY (appeal.restricted_by))
       AND NEW.seen_revision = (SELECT revision FROM restrictions WHERE id = appeal.restriction_id) THEN
      RAISE EXCEPTION 'the ruling on appeal % let these words stand', appeal.id USING ERRCODE = 'SC002';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER decisions_heed_appeals BEFORE INSERT ON decisions
  FOR EACH ROW EXECUTE FUNCTION refuse_decision_against_appeal();

CREATE FUNCTION refuse_lifting_appealed_sanction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM appeals WHERE sanction_id = NEW.id AND status = 'open') THEN
    RAISE EXCEPTION 'the appeal against sanction % waits for its ruling', NEW.id USING ERRCODE = 'SC002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sanctions_heed_appeals BEFORE UPDATE OF lifted_at ON sanctions
  FOR EACH ROW WHEN (NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL) EXECUTE FUNCTION refuse_lifting_appealed_sanction();

-- Who takes a comment back takes the appeal back with it.
CREATE FUNCTION withdraw_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE appeals
     SET status = 'withdrawn', ruled_at = now(), claimed_by = NULL, claimed_until = NULL
   WHERE story_id = NEW.story_id AND comment_id = NEW.id AND status = 'open';
  RETURN NULL;
END $$;
CREATE TRIGGER comments_withdraw_appeal AFTER UPDATE OF status ON comments
  FOR EACH ROW WHEN (OLD.status = 'rejected' AND NEW.status IN ('deleted', 'erased')) EXECUTE FUNCTION withdraw_appeal();

-- migrate:down
DROP TRIGGER comments_withdraw_appeal ON comments;
DROP TRIGGER sanctions_heed_appeals ON sanctions;
DROP TRIGGER decisions_heed_appeals ON decisions;
DROP TRIGGER screenings_note_hold ON screenings;
DROP TRIGGER sanctions_note_sanction ON sanctions;
DROP TRIGGER decisions_note_rejection ON decisions;
DROP TABLE appeals, restrictions;
DROP FUNCTION withdraw_appeal, refuse_lifting_appealed_sanction, refuse_decision_against_appeal, refuse_changed_ruling,
  name_the_first_moderators, note_hold, note_sanction, note_rejection, id_of_moment;
