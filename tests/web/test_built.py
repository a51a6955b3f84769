"""The widget as built: served while it is of these sources, at its best compressed, and light enough."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

import service.web
from scripts import build_widget, sizes, words
from service.web.assets import Assets
from service.web.built import Built, read_built, sources_digest

WEB = Path(service.web.__file__).parent


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that browsers load, with what was built from it."""
    try:
        if not build_widget.is_fresh():
            build_widget.build()
    except build_widget.CannotBuild as reason:
        pytest.skip(f"the widget cannot be built here: {reason}")
    copy = tmp_path_factory.mktemp("served") / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def built(web: Path) -> Built:
    found = read_built(web)
    assert isinstance(found, Built)
    return found


def test_embed_js_is_all_that_reading_loads(built: Built) -> None:
    text = built.files["embed.js"].decode()
    assert 'from"' not in text
    assert text.count("import(") == 2  # Taking part, and another language.
    assert f"./assets/{built.version}/widget/more.js" in text
    assert "assets/current" not in text


def test_every_file_is_minified_and_of_one_version(built: Built) -> None:
    for path, content in built.files.items():
        assert b"\n  " not in content, path
        assert b"assets/current" not in content, path


def test_each_language_but_english_is_a_file_for_each_part(built: Built) -> None:
    languages = {path.stem for path in (WEB / "shared" / "words").glob("*.js")} - {"en"}
    names = {path for path in built.files if path.startswith("words/")}
    assert {f"words/{language}.{part}.js" for language in languages for part in words.PARTS} == names


def test_what_was_built_is_served_with_its_own_compression(web: Path, built: Built) -> None:
    assets = Assets(web)
    assert assets.form == "as built"
    assert assets.embed.content == built.files["embed.js"]
    coding, content = assets.embed.fit("gzip, br")
    assert (coding, content) == ("br", built.brotli["embed.js"])
    assert brotli.decompress(content) == built.files["embed.js"]
    coding, content = assets.embed.fit("gzip")
    assert (coding, content) == ("gzip", built.gzip["embed.js"])
    assert gzip.decompress(content) == built.files["embed.js"]
    more = assets.find("widget/more.js")
    assert more is not None
    assert more.content == built.files["widget/more.js"]
    assert assets.is_current(built.version)
    assert assets.is_current(assets.version)
    assert not assets.is_current("0123456789ab")


def test_console_is_served_from_its_sources_all_the_same(web: Path) -> None:
    found = Assets(web).find("shared/api.js")
    assert found is not None
    assert found.content == (WEB / "shared" / "api.js").read_bytes()


def test_what_was_built_of_other_sources_is_not_served(web: Path, tmp_path: Path) -> None:
    changed = tmp_path / "web"
    shutil.copytree(web, changed)
    with (changed / "widget" / "gate.js").open("a") as file:
        file.write("// Changed.\n")
    assets = Assets(changed)
    assert assets.form == "from its sources: what was built is of other sources"
    assert b'from "./assets/' in assets.embed.content


def test_without_anything_built_the_sources_are_served(web: Path, tmp_path: Path) -> None:
    plain = tmp_path / "web"
    shutil.copytree(web, plain, ignore=shutil.ignore_patterns("built"))
    assert Assets(plain).form == "from its sources: none was built"


def test_node_and_python_name_the_sources_alike(web: Path) -> None:
    assert json.loads((web / "built" / "built.json").read_bytes())["sources"] == sources_digest(web)


def test_widget_weighs_what_readers_were_promised(built: Built) -> None:
    assert sizes.faults(sizes.weights(built)) == []


def test_a_file_that_is_too_heavy_is_named() -> None:
    weights = {"embed.js": sizes.MOST["reading"] + 1, "widget/more.js": 1, "stray.js": 1}
    found = sizes.faults(weights)
    assert f"reading is {sizes.MOST['reading'] + 1} bytes, 1 too many" in found
    assert "stray.js is not weighed" in found
    assert len(found) == 2
