"""`story-comments screening`: what the automatic checks know, and how right they are."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from service.app.cli import CommandFailed
from service.infra.config import Settings
from service.infra.tools import Tools
from service.kernel.problems import Unavailable

if TYPE_CHECKING:
    from service.screening.rules.model import Figures

_Result = TypeVar("_Result")
_NO_LIBRARY = "the extra `learn` is not installed: pip install 'story-comments[learn]'"


@click.group("screening", short_help="Train and measure automatic screening.")
def command() -> None:
    """Work on the automatic checks that every text passes."""


@command.command("train", short_help="Train the model on moderators' decisions.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def train_command(as_json: bool) -> None:
    """Train a model on what this installation's moderators decided, and measure it on the newest fifth of it.

    It is used from now on if it does well enough, wherever the rules use the model (`model.use`). Exits with 1 when
    there is too little to learn from, or when it does not do well enough.
    """
    from service.moderation.actions.teach import teach
    from service.screening.model.training import TooFewExamples

    try:
        renewed = _run(lambda tools: teach(tools, tools.clock.now()))
    except TooFewExamples as error:
        raise CommandFailed(f"nothing was trained: {error}") from error
    if as_json:
        click.echo(msgspec.json.encode(renewed))
    else:
        click.echo(f"Model {renewed.version} {'is used from now on' if renewed.used else 'is not used'}.")
        _print(renewed.figures)
    if renewed.version is None:
        raise CommandFailed("another process trained at the same time; its model stands")
    if renewed.why_not is not None:
        raise CommandFailed(renewed.why_not)


@command.command("evaluate", short_help="Measure the model in use.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def evaluate_command(as_json: bool) -> None:
    """Tell how the model in use did on decisions held back from it, and how it does on those made since."""
    from service.moderation.actions.teach import evaluate

    evaluated = _run(evaluate)
    if as_json:
        click.echo(msgspec.json.encode(evaluated))
    if evaluated is None:
        raise CommandFailed("no model is in use; `story-comments screening train` makes one")
    if as_json:
        return
    click.echo(f"Model {evaluated.model.version}, trained {evaluated.model.made_at:%Y-%m-%d %H:%M} UTC.")
    _print(evaluated.model.figures)
    if evaluated.since is None:
        click.echo("\nSince then too little was decided to measure it on.")
    else:
        click.echo("\nOn what was decided since:")
        _print(evaluated.since)


@command.command("cases", short_help="Measure the checks on cases of evasions and innocent look-alikes.")
@click.option("--wrong", is_flag=True, help="List the cases that came out wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def cases_command(wrong: bool, as_json: bool) -> None:
    """Put several hundred texts through the checks, and print how many of each kind came out right.

    They are made for a small set of rules of their own, which comes with them: what is measured is how well listed
    words are found and other words left alone, not what is listed. No database is asked.
    """
    from service.screening.cases import judge_cases, read_cases, read_rules, tallies

    judged = list(judge_cases(read_cases(), read_rules()))
    failed = [one for one in judged if not one.is_right]
    measured = tallies(judged)
    if as_json:
        rows = [
            {**msgspec.to_builtins(tally), "precision": tally.precision, "recall": tally.recall} for tally in measured
        ]
        click.echo(msgspec.json.encode({"kinds": rows, "wrong": failed if wrong else []}))
        return
    width = max(len(tally.kind) for tally in measured)
    click.echo(f"{'':{width}}  cases  right  precision  recall")
    for tally in measured:
        precision, recall = ("-" if share is None else f"{share:.1%}" for share in (tally.precision, tally.recall))
        click.echo(f"{tally.kind:{width}}  {tally.cases:5}  {tally.right:5}  {precision:>9}  {recall:>6}")
    for one in failed if wrong else ():
        click.echo(f"{one.case.kind}: {one.case.text!r}: {one.case.expect} is right, it was {one.verdict}")


def _run(work: Callable[[Tools], Awaitable[_Result]]) -> _Result:
    from service.app.development import command_environ
    from service.app.lifespan import open_tools

    environ, development = command_environ(os.environ)
    settings = Settings.from_env(environ, development=development)

    async def run() -> _Result:
        async with AsyncExitStack() as stack:
            try:
                tools = await open_tools(settings, stack)
            except OSError as error:
                raise CommandFailed(f"PostgreSQL cannot be reached: {error}") from error
            result = await work(tools)
            await tools.broadcast.flushed(1.0)
            return result

    try:
        return asyncio.run(run())
    except ImportError as error:
        raise CommandFailed(_NO_LIBRARY) from error
    except Unavailable as problem:
        raise CommandFailed(problem.cause) from problem


def _print(figures: "Figures") -> None:
    learned = f"learned from {figures.learned_from} decisions, " if figures.learned_from else ""
    click.echo(f"{learned}measured on {figures.held_back}, of which {figures.rejected} were rejections")
    click.echo(f"area under the curve {figures.roc_auc:.3f}, average precision {figures.average_precision:.3f}")
    click.echo("  score from   held   precision   recall")
    for at in figures.at:
        precision = "-" if at.precision is None else f"{at.precision:.3f}"
        click.echo(f"  {at.threshold:>10.2f} {at.held:>6} {precision:>11} {at.recall:>8.3f}")
