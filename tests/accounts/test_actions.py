"""Readers are met once, follow newer tokens, and cannot look like the newsroom; authors can be muted."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from service.accounts import actions
from service.accounts.problems import AuthorUnknown
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Reader, Staff
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.kernel import limits
from service.kernel.ids import ReaderId
from service.kernel.problems import InvalidRequest


def a_reader(
    clock: FixedClock, subject: str = "sub-1", name: str | None = "Ada", *, later: float = 0, picture: str | None = None
) -> Reader:
    issued_at = clock.now() + timedelta(seconds=later)
    return Reader(subject, name, picture, issued_at, issued_at + timedelta(hours=1))


def a_moderator(clock: FixedClock, name: str, *, subject: str = "staff-1", later: float = 0) -> Staff:
    issued_at = clock.now() + timedelta(seconds=later)
    return Staff(subject, name, frozenset({Role.MODERATOR}), None, issued_at, issued_at + timedelta(hours=1))


async def _row(db: Database, reader_id: ReaderId) -> tuple[str, str | None, datetime]:
    async with db.read() as conn:
        row = await conn.fetchrow("SELECT name, picture_url, named_as_of FROM readers WHERE id = $1", reader_id)
    assert row is not None
    return row["name"], row["picture_url"], row["named_as_of"]


async def _name(db: Database, reader_id: ReaderId) -> str:
    return (await _row(db, reader_id))[0]


async def test_reader_keeps_one_random_id(db: Database, clock: FixedClock) -> None:
    first = await actions.known_reader(db, a_reader(clock), clock)
    actions.forget_everybody(db)
    again = await actions.known_reader(db, a_reader(clock), clock)
    other = await actions.known_reader(db, a_reader(clock, "sub-2"), clock)
    assert first == again != other
    assert first.version == 4


async def test_thirty_first_requests_at_once_make_one_reader(db: Database, clock: FixedClock) -> None:
    ids = await asyncio.gather(*(actions.known_reader(db, a_reader(clock), clock) for _ in range(30)))
    assert len(set(ids)) == 1


async def test_remembered_reader_costs_no_query(db: Database, clock: FixedClock) -> None:
    reader = a_reader(clock)
    met = await actions.known_reader(db, reader, clock)
    async with db.read() as conn:
        await conn.execute("UPDATE readers SET subject = 'somebody else'")
    assert await actions.known_reader(db, reader, clock) == met
    clock.move(minutes=6)
    assert await actions.known_reader(db, reader, clock) != met


async def test_reader_is_a_newcomer_for_a_day_wherever_they_are_asked_about(db: Database, clock: FixedClock) -> None:
    await actions.known_reader(db, a_reader(clock), clock)
    assert await actions.is_newcomer(db, a_reader(clock), clock)
    clock.move(hours=23, minutes=59)
    actions.forget_everybody(db)
    assert await actions.is_newcomer(db, a_reader(clock), clock)
    clock.move(minutes=1)
    assert not await actions.is_newcomer(db, a_reader(clock), clock)
    assert await actions.is_newcomer(db, a_reader(clock, "sub-2"), clock)


async def test_erased_reader_is_somebody_new_once_forgotten(db: Database, clock: FixedClock) -> None:
    reader = a_reader(clock)
    met = await actions.known_reader(db, reader, clock)
    async with db.read() as conn:
        await conn.execute("UPDATE readers SET subject = NULL, erased_at = now()")
    actions.forget_reader(db, met)
    assert await actions.known_reader(db, reader, clock) != met


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ((30.0, "Ada L."), "Ada L."),
        ((0.0, "Ada L."), "Ada"),
        ((-30.0, "Ada L."), "Ada"),
        ((30.0, None), "Ada"),
        ((30.0, " \u200b "), "Reader"),
    ],
)
async def test_name_follows_newer_tokens_only(
    db: Database, clock: FixedClock, second: tuple[float, str | None], expected: str
) -> None:
    met = await actions.known_reader(db, a_reader(clock), clock)
    later, name = second
    await actions.known_reader(db, a_reader(clock, name=name, later=later), clock)
    assert await _name(db, met) == expected


async def test_older_token_changes_nothing_after_a_newer_one_of_the_same_name(db: Database, clock: FixedClock) -> None:
    met = await actions.known_reader(db, a_reader(clock), clock)
    await actions.known_reader(db, a_reader(clock, later=30), clock)
    actions.forget_everybody(db)
    await actions.known_reader(db, a_reader(clock, name="Old", later=20), clock)
    assert await _name(db, met) == "Ada"


async def test_picture_follows_the_token_and_goes_with_it(db: Database, clock: FixedClock) -> None:
    met = await actions.known_reader(db, a_reader(clock, picture="https://a.example/1.png"), clock)
    assert (await _row(db, met))[1] == "https://a.example/1.png"
    await actions.known_reader(db, a_reader(clock, later=1), clock)
    assert (await _row(db, met))[1] is None


async def test_nameless_reader_is_called_reader(db: Database, clock: FixedClock) -> None:
    assert await _name(db, await actions.known_reader(db, a_reader(clock, name=None), clock)) == "Reader"


@pytest.mark.parametrize("name", ["Moderator", "М0derat0r", "Ada (Staff)", "Ada ✓"])
async def test_reader_posing_as_the_newsroom_gets_a_neutral_name(db: Database, clock: FixedClock, name: str) -> None:
    met = await actions.known_reader(db, a_reader(clock, name=name), clock)
    assert await _name(db, met) == f"Reader {met.hex[-4:].upper()}"
    await actions.known_reader(db, a_reader(clock, name="Ada", later=1), clock)
    assert await _name(db, met) == "Ada"


@pytest.mark.parametrize("name", ["Grace Hopper", "Grасе Ноpреr", "grace hopper!", "Grace-Hopper 77", "GraceHopper"])
async def test_name_of_staff_is_not_shown_for_a_reader(db: Database, clock: FixedClock, name: str) -> None:
    await actions.note_staff(db, a_moderator(clock, "Grace Hopper"))
    met = await actions.known_reader(db, a_reader(clock, name=name), clock)
    assert await _name(db, met) == f"Reader {met.hex[-4:].upper()}"


async def test_neutral_name_keeps_to_the_id_when_a_reader_is_renamed(db: Database, clock: FixedClock) -> None:
    met = await actions.known_reader(db, a_reader(clock), clock)
    await actions.note_staff(db, a_moderator(clock, "Grace Hopper"))
    await actions.known_reader(db, a_reader(clock, name="Grace Hopper", later=1), clock)
    assert await _name(db, met) == f"Reader {met.hex[-4:].upper()}"


async def test_renamed_staff_frees_the_old_name(db: Database, clock: FixedClock) -> None:
    await actions.note_staff(db, a_moderator(clock, "Grace Hopper"))
    await actions.note_staff(db, a_moderator(clock, "Jean Bartik", later=1))
    await actions.note_staff(db, a_moderator(clock, "Grace Hopper"))
    assert (
        await _name(db, await actions.known_reader(db, a_reader(clock, name="Grace Hopper"), clock)) == "Grace Hopper"
    )
    other = await actions.known_reader(db, a_reader(clock, "sub-2", "Jean Bartik"), clock)
    assert (await _name(db, other)).startswith("Reader ")


async def _mutes(db: Database) -> list[tuple[UUID, UUID]]:
    async with db.read() as conn:
        return [(row[0], row[1]) for row in await conn.fetch("SELECT reader_id, author_id FROM mutes")]


async def test_author_is_muted_once_and_shown_again(db: Database, clock: FixedClock) -> None:
    reader = await actions.known_reader(db, a_reader(clock), clock)
    author = await actions.known_reader(db, a_reader(clock, "sub-2"), clock)
    await actions.mute(db, reader, author, clock.now())
    await actions.mute(db, reader, author, clock.now())
    assert await _mutes(db) == [(reader, author)]
    await actions.unmute(db, reader, author)
    await actions.unmute(db, reader, author)
    assert await _mutes(db) == []


async def test_nobody_mutes_themselves_or_nobody(db: Database, clock: FixedClock) -> None:
    reader = await actions.known_reader(db, a_reader(clock), clock)
    with pytest.raises(InvalidRequest):
        await actions.mute(db, reader, reader, clock.now())
    with pytest.raises(AuthorUnknown):
        await actions.mute(db, reader, uuid4(), clock.now())


async def test_full_list_of_mutes_takes_no_more_but_keeps_what_it_has(db: Database, clock: FixedClock) -> None:
    reader = await actions.known_reader(db, a_reader(clock), clock)
    async with db.read() as conn:
        await conn.execute(
            """WITH authors AS (INSERT INTO readers (id, first_seen_at)
                                SELECT gen_random_uuid(), now() FROM generate_series(1, $2::int) RETURNING id)
               INSERT INTO mutes SELECT $1, id, now() FROM authors""",
            reader,
            limits.mutes_max,
        )
    author = await actions.known_reader(db, a_reader(clock, "sub-2"), clock)
    with pytest.raises(InvalidRequest):
        await actions.mute(db, reader, author, clock.now())
    await actions.mute(db, reader, (await _mutes(db))[0][1], clock.now())
