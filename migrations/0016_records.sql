-- migrate:up

-- Decisions about many comments at once. What was counted is kept, comment by comment with the revision seen, so that what is
-- decided later is exactly that; each comment is then decided alone, in a transaction of its own.
CREATE TABLE bulk_acts (
  id             uuid PRIMARY KEY,
  kind           text NOT NULL CHECK (kind IN ('replies', 'author')),
  -- What was asked for, as it was sent.
  selection      jsonb NOT NULL,
  -- Whom a sanction alongside would limit.
  author_id      uuid REFERENCES readers,
  -- The site of all of it; null where it is not one alone.
  site           text,
  comments       integer NOT NULL,
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  -- Null while it was only counted.
  begun_at       timestamptz,
  reason         text,
  note           text,
  sanction_id    uuid,
  undo_begun_at  timestamptz,
  undone_by      text,
  CHECK ((begun_at IS NULL) = (reason IS NULL)),
  CHECK (undo_begun_at IS NULL OR begun_at IS NOT NULL)
);
-- The sweep of what was counted and never begun.
CREATE INDEX bulk_acts_counted ON bulk_acts (made_at) WHERE begun_at IS NULL;

CREATE TABLE bulk_items (
  act_id         uuid NOT NULL REFERENCES bulk_acts ON DELETE CASCADE,
  place          integer NOT NULL,
  comment_id     uuid NOT NULL,
  seen_revision  integer NOT NULL,
  -- The decision of a colleague to let it stand that this one knowingly goes against.
  overrules      uuid,
  -- `failed`: could not be decided; `kept`: could not be taken back. `problem` says why.
  state          text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed', 'undone', 'kept')),
  decision_id    uuid,
  problem        text,
  PRIMARY KEY (act_id, place)
);
-- The next ones, and how many there are of each state.
CREATE INDEX bulk_items_by_state ON bulk_items (act_id, state, place);

-- Moderators' notes on readers. One is never removed: it is struck through.
CREATE TABLE reader_notes (
  id          uuid PRIMARY KEY,
  reader_id   uuid NOT NULL REFERENCES readers,
  note        text NOT NULL,
  written_by  text NOT NULL,
  written_at  timestamptz NOT NULL,
  struck_at   timestamptz,
  struck_by   text,
  CHECK ((struck_at IS NULL) = (struck_by IS NULL))
);
CREATE INDEX reader_notes_of_reader ON reader_notes (reader_id, id DESC);

-- How PostgreSQL reads a text in that language (BCP 47, primary tag): with its stems where it knows the language.
CREATE FUNCTION text_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE language
    WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
    WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
    WHEN 'da' THEN 'pg_catalog.danish'::regconfig
    WHEN 'de' THEN 'pg_catalog.german'::regconfig
    WHEN 'el' THEN 'pg_catalog.greek'::regconfig
    WHEN 'en' THEN 'pg_catalog.english'::regconfig
    WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
    WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
    WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
    WHEN 'fr' THEN 'pg_catalog.french'::regconfig
    WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
    WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
    WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
    WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
    WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
    WHEN 'it' THEN 'pg_catalog.italian'::regconfig
    WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
    WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
    WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
    WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'nb' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
    WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
    WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
    WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
    WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
    WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
    WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
    WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
    ELSE 'pg_catalog.simple'::regconfig
  END;

-- The words as written (A), so that any of them is found exactly and in its place; behind them, in a known language, their
-- stems (B).
CREATE FUNCTION comment_words(body text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  setweight(to_tsvector('pg_catalog.simple'::regconfig, body), 'A')
  || CASE WHEN text_config(language) = 'pg_catalog.simple'::regconfig THEN ''::tsvector
     ELSE setweight(to_tsvector(text_config(language), body), 'B') END;

-- What comments are found by. A table of its own: a vote or a reply rewrites a comment's row and, with its ranks, every index on
-- it, and this one is dear to write.
CREATE TABLE comment_texts (
  comment_id  uuid PRIMARY KEY,
  story_id    text NOT NULL,
  -- The story's, when it was read.
  language    text,
  words       tsvector NOT NULL
);
-- New entries are gathered, and sorted in by portions small enough that the post which has to do it is not held up.
CREATE INDEX comment_texts_by_word ON comment_texts USING gin (words) WITH (gin_pending_list_limit = 256);

CREATE FUNCTION keep_comment_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  spoken text := (SELECT language FROM stories WHERE id = NEW.story_id);
BEGIN
  INSERT INTO comment_texts AS kept (comment_id, story_id, language, words)
  VALUES (NEW.id, NEW.story_id, spoken, comment_words(NEW.body, spoken))
  ON CONFLICT (comment_id) DO UPDATE SET language = excluded.language, words = excluded.words;
  RETURN NULL;
END $$;
CREATE TRIGGER comments_are_found AFTER INSERT ON comments FOR EACH ROW EXECUTE FUNCTION keep_comment_text();
CREATE TRIGGER comments_are_found_anew AFTER UPDATE OF body ON comments
  FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION keep_comment_text();

-- Stories whose comments are to be read again, in another language; emptied by a sweep.
CREATE TABLE stories_to_reread (
  story_id  text PRIMARY KEY REFERENCES stories
);
CREATE FUNCTION ask_to_reread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stories_to_reread (story_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER stories_change_language AFTER UPDATE OF language ON stories
  FOR EACH ROW WHEN (OLD.language IS DISTINCT FROM NEW.language) EXECUTE FUNCTION ask_to_reread();

-- The chain over the record of staff acts: each link's hash covers the link before it and the entry's content. A link is made
-- shortly after its entry, by the worker, in batches: so the chain makes no act of staff wait for another.
CREATE TABLE audit_links (
  position   bigint PRIMARY KEY CHECK (position > 0),
  entry_id   uuid NOT NULL UNIQUE REFERENCES audit_entries,
  hash       bytea NOT NULL CHECK (length(hash) = 32),
  sealed_at  timestamptz NOT NULL
);
-- The entries that have no link yet, in the transaction that made them: whenever that commits, the next run finds them here.
CREATE TABLE audit_unsealed (
  entry_id  uuid PRIMARY KEY REFERENCES audit_entries
);
CREATE FUNCTION ask_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (entry_id) SELECT id FROM added;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_entries_ask_for_seal AFTER INSERT ON audit_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_for_seal();
CREATE TRIGGER audit_links_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_links
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What each day came to, by site: sums that the worker makes of days that are over, so that a month costs what it shows.
CREATE TABLE daily_figures (
  -- In UTC.
  day     date NOT NULL,
  site    text NOT NULL,
  figure  text NOT NULL,
  -- What it is of: an action, a reason, a side, a moderator, a rule; empty where it is of nothing in particular.
  key     text NOT NULL DEFAULT '',
  amount  bigint NOT NULL,
  PRIMARY KEY (day, site, figure, key)
);
-- The days whose figures are there, and since when.
CREATE TABLE daily_figures_days (
  day        date PRIMARY KEY,
  summed_at  timestamptz NOT NULL
);
-- Days of the past to which something came later, such as imported comments.
CREATE TABLE daily_figures_due (
  day  date PRIMARY KEY
);
CREATE FUNCTION ask_to_sum_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO daily_figures_due (day)
  SELECT DISTINCT (comments.created_at AT TIME ZONE 'UTC')::date
    FROM added JOIN comments ON comments.story_id = added.story_id AND comments.id = added.comment_id
   ORDER BY 1
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER imported_comments_change_figures AFTER INSERT ON imported_comments
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ask_to_sum_again();
-- A day's own rows.
CREATE INDEX reports_by_day ON reports (reported_at);
CREATE INDEX reports_by_day_answered ON reports (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX sanctions_by_day ON sanctions (starts_at);
CREATE INDEX sanctions_by_day_lifted ON sanctions (lifted_at) WHERE lifted_at IS NOT NULL;
CREATE INDEX appeals_by_day_ruled ON appeals (ruled_at) WHERE ruled_at IS NOT NULL;

-- What the role needs under which the service runs, where that is not the one that owns the tables: everything but changing what
-- is only ever added to. To be called again after every migration, which `story-comments migrate --grant-to` does.
CREATE FUNCTION grant_to_service(service name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', service);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', service);
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', service);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries, audit_links, decisions FROM %I', service);
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON schema_migrations, schema_migration_checksums FROM %I', service);
END $$;

-- migrate:down
DROP FUNCTION grant_to_service;
DROP INDEX reports_by_day, reports_by_day_answered, sanctions_by_day, sanctions_by_day_lifted, appeals_by_day_ruled;
DROP TRIGGER imported_comments_change_figures ON imported_comments;
DROP TABLE daily_figures_due, daily_figures_days, daily_figures;
DROP TRIGGER audit_entries_ask_for_seal ON audit_entries;
DROP TABLE audit_unsealed, audit_links;
DROP TRIGGER stories_change_language ON stories;
DROP TRIGGER comments_are_found ON comments;
DROP TRIGGER comments_are_found_anew ON comments;
DROP TABLE stories_to_reread, comment_texts, reader_notes, bulk_items, bulk_acts;
DROP FUNCTION ask_for_seal, ask_to_sum_again, ask_to_reread, keep_comment_text, comment_words, text_config;
