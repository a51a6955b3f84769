"""Writes migrations/schema.sql: what the migrations add up to, in a form to read.

Tables, indexes and triggers come from the catalog of a database that was migrated a moment ago; the comments
come from the migrations, where each stands above what it is about, and so do functions, whose layout the
catalog does not keep. Run it as `make schema`; a test fails when the file is not current, and another when it
does not make the same database.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import asyncpg

from service.infra.embedded.postgres import EmbeddedPostgres
from service.infra.migrate import Migration, migrate_up, migrations_folder, read_migrations
from service.infra.sql_script import split_statements

HEAD = """\
-- The database as the migrations make it, for reading. Made by `make schema`; change it with a new migration instead.
-- Left out: schema_migrations and schema_migration_checksums, which the migration runner keeps for itself.
"""

Comments = dict[tuple[str, ...], list[str]]
"""The comment lines of ("table", name), ("column", table, name), ("constraint", table, text) and the like."""

_OBJECT = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+)?(?P<kind>TABLE|INDEX|FUNCTION|TRIGGER)\s+"
    r"(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>\w+)",
    re.IGNORECASE,
)
_ADDED_COLUMN = re.compile(r"ALTER\s+TABLE\s+(?P<table>\w+)\s+ADD\s+COLUMN\s+(?P<name>\w+)", re.IGNORECASE)
_CONSTRAINT = re.compile(r"(PRIMARY|UNIQUE|FOREIGN|CHECK|CONSTRAINT|EXCLUDE)\b", re.IGNORECASE)
_LITERAL_CAST = re.compile(r"('(?:[^']|'')*')::(?:text|jsonb|uuid|timestamp with time zone)(?:\[\])?")
_ANY = re.compile(r"= ANY \(ARRAY\[([^\[\]]*)\]\)")
_OWN_NAME = re.compile(r".*_(pkey|key\d*|fkey\d*|check\d*)")

_TABLES = """
SELECT c.oid, c.relname AS name, array_to_string(c.reloptions, ', ') AS options
  FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname !~ '^schema_migration'
"""
_COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
       pg_get_expr(d.adbin, d.adrelid) AS value, a.attgenerated = 's' AS generated,
       CASE WHEN a.attstorage <> t.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
       END AS storage,
       CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attnum
"""
_CONSTRAINTS = """
SELECT conname AS name, pg_get_constraintdef(oid, true) AS text
  FROM pg_constraint
 WHERE conrelid = $1 AND contype IN ('p', 'u', 'c', 'f', 'x')
 ORDER BY array_position(ARRAY['p', 'u', 'x', 'f', 'c'], contype::text), conname
"""
_INDEXES = """
SELECT i.relname AS name, pg_get_indexdef(i.oid, 0, true) AS text
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
 WHERE x.indrelid = $1 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND contype IN ('p', 'u', 'x'))
 ORDER BY i.oid
"""
_TRIGGERS = """
SELECT t.oid, t.tgname AS name, pg_get_triggerdef(t.oid, true) AS text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
"""
_FUNCTIONS = """
SELECT oid, proname AS name, pg_get_functiondef(oid) AS text, count(*) OVER (PARTITION BY proname) AS of_that_name
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
# Whatever a migration may make that is not written out below must be noticed, and not left out in silence.
_OTHERS = """
SELECT relname AS name FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i', 't')
   AND NOT (relkind = 'S' AND EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'i'))
UNION ALL
SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
UNION ALL
SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'
"""


async def schema_text(conn: asyncpg.Connection, migrations: Iterable[Migration]) -> str:
    """The schema of a database, with the comments and functions of the migrations that made it."""
    if others := await conn.fetch(_OTHERS):
        raise SystemExit(f"schema: teach scripts/schema.py to write {', '.join(row['name'] for row in others)}")
    comments = read_comments(migrations)
    # Object ids rise as objects are made, so the order is that of the migrations.
    parts = [(row["oid"], await _table(conn, row, comments)) for row in await conn.fetch(_TABLES)]
    parts += [(row["oid"], _function(row, comments)) for row in await conn.fetch(_FUNCTIONS)]
    parts += [(row["oid"], _commented("trigger", row, comments)) for row in await conn.fetch(_TRIGGERS)]
    return HEAD + "".join(f"\n{text}" for _, text in sorted(parts))


async def _table(conn: asyncpg.Connection, table: asyncpg.Record, comments: Comments) -> str:
    name = table["name"]
    columns = await conn.fetch(_COLUMNS, table["oid"])
    constraints = await conn.fetch(_CONSTRAINTS, table["oid"])
    width = max(len(column["name"]) for column in columns)
    items = [
        (comments.get(("column", name, column["name"]), []), f"{column['name']:<{width}}  {_column(column)}")
        for column in columns
    ]
    items += [
        (comments.get(("constraint", name, _bare(constraint["text"])), []), _constraint(name, constraint))
        for constraint in constraints
    ]
    lines = [*comments.get(("table", name), []), f"CREATE TABLE {name} ("]
    for number, (above, text) in enumerate(items, start=1):
        lines += [f"  {line}" for line in above]
        lines.append(f"  {text}{',' if number < len(items) else ''}")
    if above := comments.get(("options", name), []):
        lines += [")", *above, f"WITH ({table['options']});"]
    else:
        lines.append(f") WITH ({table['options']});" if table["options"] else ");")
    lines += [
        f"ALTER TABLE {name} ALTER COLUMN {column['name']} SET STORAGE {column['storage']};"
        for column in columns
        if column["storage"]
    ]
    indexes = [_commented("index", row, comments) for row in await conn.fetch(_INDEXES, table["oid"])]
    return "\n".join(lines) + "\n" + "".join(indexes)


def _commented(kind: str, row: asyncpg.Record, comments: Comments) -> str:
    return "\n".join([*comments.get((kind, row["name"]), []), f"{_plain(row['text'])};"]) + "\n"


def _plain(text: str) -> str:
    """An expression as people write it: without casts that the context gives anyway, and with IN."""
    text = _LITERAL_CAST.sub(r"\1", text.replace(" USING btree", ""))
    return _ANY.sub(r"IN (\1)", text).replace("timestamp with time zone", "timestamptz")


def _column(column: asyncpg.Record) -> str:
    text = _plain(column["type"])
    if column["identity"]:
        return f"{text} GENERATED {column['identity']} AS IDENTITY"
    if column["required"]:
        text += " NOT NULL"
    if column["generated"]:
        return f"{text} GENERATED ALWAYS AS ({_plain(column['value'])}) STORED"
    return f"{text} DEFAULT {_plain(column['value'])}" if column["value"] is not None else text


def _constraint(table: str, constraint: asyncpg.Record) -> str:
    named = not (constraint["name"].startswith(f"{table}_") and _OWN_NAME.fullmatch(constraint["name"]))
    text = _plain(constraint["text"])
    return f"CONSTRAINT {constraint['name']} {text}" if named else text


def _function(function: asyncpg.Record, comments: Comments) -> str:
    text = function["text"].replace("CREATE OR REPLACE FUNCTION public.", "CREATE FUNCTION ").rstrip()
    if function["of_that_name"] == 1:
        text = "\n".join(comments.get(("function as written", function["name"]), [text]))
    return "\n".join([*comments.get(("function", function["name"]), []), f"{text};"]) + "\n"


def read_comments(migrations: Iterable[Migration]) -> Comments:
    """The comments of all migrations by what they are about; a later migration's takes an earlier one's
    place.
    """
    comments: Comments = {}
    for migration in migrations:
        for statement in split_statements("\n" + migration.up.text):
            above, text = _split_comment(statement)
            if created := _OBJECT.match(text):
                kind, name = created["kind"].lower(), created["name"]
                _keep(comments, (kind, name), above)
                if kind == "function":
                    _keep(comments, ("function as written", name), [text])
                if kind == "table":
                    _read_table(comments, name, text)
            elif added := _ADDED_COLUMN.match(text):
                _keep(comments, ("column", added["table"], added["name"]), above)
    return comments


def _split_comment(statement: str) -> tuple[list[str], str]:
    """The comment lines right above a statement, without blank lines between, and the statement."""
    above: list[str] = []
    lines = statement.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("--"):
            above.append(line)
        elif not line.strip():
            above = []
        else:
            return above, "\n".join(lines[number:])
    return above, ""


def _read_table(comments: Comments, table: str, text: str) -> None:
    above: list[str] = []
    for line in (line.strip() for line in text.split("\n")[1:]):
        if line.startswith("--"):
            above.append(line)
            continue
        if above and line.startswith("WITH ("):
            _keep(comments, ("options", table), above)
        elif above and _CONSTRAINT.match(line):
            _keep(comments, ("constraint", table, _bare(line.rstrip(","))), above)
        elif above and (column := re.match(r"\w+", line)):
            _keep(comments, ("column", table, column[0]), above)
        above = []


def _keep(comments: Comments, about: tuple[str, ...], lines: list[str]) -> None:
    if lines:
        comments[about] = lines


def _bare(text: str) -> str:
    """A constraint's text without what PostgreSQL writes in its own way."""
    return re.sub(r"\s+|::\w+|[()]", "", text).lower()


def unplaced(comments: Comments, text: str) -> Iterator[str]:
    """Comments that did not find their way into the schema's text."""
    for lines in comments.values():
        if not all(line in text for line in lines):
            yield " ".join(lines)


async def _of_new_database(dsn: str) -> str:
    migrations = read_migrations()
    conn = await asyncpg.connect(dsn)
    try:
        await migrate_up(conn, migrations)
        return await schema_text(conn, migrations)
    finally:
        await conn.close()


def main() -> None:
    folder = tempfile.TemporaryDirectory(prefix="story-comments-schema-")
    with folder as name, EmbeddedPostgres(Path(name) / "postgres", durable=False) as server:
        text = asyncio.run(_of_new_database(server.dsn))
    target = migrations_folder() / "schema.sql"
    if target.exists() and target.read_text(encoding="utf-8") == text:
        print("schema: migrations/schema.sql is current")
        return
    target.write_text(text, encoding="utf-8")
    print("schema: migrations/schema.sql was rewritten")


if __name__ == "__main__":
    main()
