"""The policy as people read it: the tables in Markdown. `python -m service.participation.rules.document` prints them.

The documentation carries this text between the two markers, and a test compares them, so the page cannot fall behind.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from service.participation.rules.tables import BY_SANCTION, BY_STATE, BY_STORY, ORDER, Action, Condition, Row

_Name = TypeVar("_Name", bound=str)

BEGIN: Final = "<!-- policy:begin -->"
END: Final = "<!-- policy:end -->"

_WORDS: Final[dict[Condition, str]] = {Condition.HELD: "yes, held first", Condition.PACED: "yes, with waits"}

_INTRODUCTION: Final = """\
An action is allowed when the reader's subscription, every sanction in force and the story all allow it. What is not
allowed is refused with the problem that the cell names; when several refuse, this order decides which is told:
{order}."""


def markdown() -> str:
    """The whole policy, with its markers."""
    groups = _groups()
    order = ", ".join(f"`{refusal.value}`" for refusal in ORDER)
    parts = [
        BEGIN,
        _INTRODUCTION.format(order=order),
        "",
        *_table("Subscription", BY_STATE, groups),
        "",
        *_table("Sanction", BY_SANCTION, groups),
        "",
        *_table("Story", BY_STORY, groups),
        END,
    ]
    return "\n".join(parts) + "\n"


def _groups() -> list[list[Action]]:
    """The actions in their order, those together that every row treats alike."""
    alike: dict[tuple[str, ...], list[Action]] = {}
    for action in Action:
        column = tuple(_cell(row, action) for row in _every_row())
        alike.setdefault(column, []).append(action)
    return list(alike.values())


def _every_row() -> Iterable[Row]:
    return (*BY_STATE.values(), *BY_SANCTION.values(), *BY_STORY.values())


def _table(heading: str, rows: Mapping[_Name, Row], groups: list[list[Action]]) -> list[str]:
    lines = [f"| {heading} | {' | '.join(', '.join(group) for group in groups)} |"]
    lines.append("|---|" + "---|" * len(groups))
    for name, row in rows.items():
        cells = (_cell(row, group[0]) for group in groups)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _cell(row: Row, action: Action) -> str:
    if action not in row.allows:
        return f"`{row.otherwise}`"
    return _WORDS[row.condition] if row.condition is not None and action in row.on else "yes"


if __name__ == "__main__":
    print(markdown(), end="")
