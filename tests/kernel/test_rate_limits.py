"""The table of limits, and how an operator changes it."""

import pytest

from service.kernel.rate_limits import RATES, Action, Key, Rate, by_action, changed


def test_every_action_is_limited() -> None:
    assert all(by_action(RATES)[action] for action in Action)


def test_no_limit_stands_twice() -> None:
    assert len({(rate.action, rate.key) for rate in RATES}) == len(RATES)


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.name)
def test_a_burst_is_never_more_than_what_refills_in_its_period(rate: Rate) -> None:
    """Else the long-run rate would say nothing about what a caller can do."""
    assert 1 <= rate.burst <= rate.count


@pytest.mark.parametrize("rate", [rate for rate in RATES if rate.key is Key.NEWCOMER], ids=lambda rate: rate.name)
def test_newcomers_are_bounded_more_tightly_than_readers(rate: Rate) -> None:
    usual = next(one for one in RATES if (one.action, one.key) == (rate.action, Key.READER))
    assert rate.burst < usual.burst
    assert rate.count / rate.per_s < usual.count / usual.per_s


def test_interval_is_the_time_in_which_one_try_refills() -> None:
    assert Rate(Action.VOTE, Key.READER, 10, 60, 5).interval_us == 6_000_000


def test_a_change_replaces_a_rate_and_leaves_the_others() -> None:
    table = changed(RATES, ["post_comment.reader=99/30:7"])
    assert Rate(Action.POST_COMMENT, Key.READER, 99, 30, 7) in table
    assert len(table) == len(RATES)
    assert set(table) ^ set(RATES) == {
        Rate(Action.POST_COMMENT, Key.READER, 99, 30, 7),
        next(rate for rate in RATES if (rate.action, rate.key) == (Action.POST_COMMENT, Key.READER)),
    }


def test_a_change_adds_a_rate_that_was_not_there() -> None:
    table = changed(RATES, ["vote.site=1000/1s:500"])
    assert table[-1] == Rate(Action.VOTE, Key.SITE, 1000, 1, 500)


@pytest.mark.parametrize(
    "change",
    [
        "",
        "post_comment",
        "post_comment.reader",
        "post_comment.reader=0/60:5",
        "post_comment.reader=10/0:5",
        "post_comment.reader=10/60:0",
        "post_comment.reader=-1/60:5",
        "post_comment.reader=10/60",
        "post_comment.reader=1e3/60:5",
        "posting.reader=10/60:5",
        "post_comment.everyone=10/60:5",
        "post_comment.reader=10/60:5 ",
        "post_comment.reader=9999999/60:5",
    ],
)
def test_a_change_that_cannot_be_read_is_named(change: str) -> None:
    with pytest.raises(ValueError, match=r"is not"):
        changed(RATES, [change])
