"""Building the widget: done where it can be, told where it cannot, a failure where it should have worked."""

from __future__ import annotations

import pytest

from scripts import build_widget


@pytest.fixture(autouse=True)
def nothing_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_widget, "is_fresh", lambda: False)
    monkeypatch.delenv("CI", raising=False)


def test_what_is_fresh_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_widget, "is_fresh", lambda: True)
    monkeypatch.setattr(build_widget, "build", lambda: pytest.fail("it was built again"))
    assert build_widget.main([]) == 0


@pytest.mark.parametrize(("arguments", "code"), [(["--if-possible"], 0), ([], 1)])
def test_without_node_it_is_said_what_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "/nowhere")
    assert build_widget.main(arguments) == code
    assert capsys.readouterr().err == "The widget is served from its sources: there is no Node.js with npm\n"


@pytest.mark.parametrize(
    ("arguments", "ci", "code"), [(["--if-possible"], "", 0), (["--if-possible"], "true", 1), ([], "", 1)]
)
def test_a_build_that_fails_is_told_and_on_ci_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], ci: str, code: int
) -> None:
    def fail() -> None:
        raise build_widget.BuildFailed("npm ci: no network")

    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(build_widget, "build", fail)
    assert build_widget.main(arguments) == code
    assert "could not be built: npm ci: no network" in capsys.readouterr().err


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(build_widget.BuildFailed, match="sh -c: that is why"):
        build_widget.run(["/bin/sh", "-c", "echo that is why >&2; exit 3"])
