"""Browser files: one version over all of them, compressed as the caller can take it."""

import gzip
import shutil
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

import service.web
from service.web.assets import Assets

WEB = Path(service.web.__file__).parent


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets(WEB)


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    for name in ("shared", "widget", "console", "demo"):
        (tmp_path / name).mkdir()
    (tmp_path / "count.js").write_text("export {};\n")
    (tmp_path / "embed.js").write_text('import { a } from "./shared/a.js";\nconst b = () => import("./widget/b.js");\n')
    (tmp_path / "count.js").write_text("export const count = 1;\n")
    (tmp_path / "shared" / "a.js").write_text("export const a = 1;\n" * 40)
    (tmp_path / "widget" / "b.js").write_text('import { a } from "../shared/a.js";\n')
    (tmp_path / "console" / "index.html").write_text(
        '<script type="module" src="/assets/current/console/app.js"></script>'
    )
    return tmp_path


def test_embed_js_imports_from_its_version(own_folder: Path) -> None:
    assets = Assets(own_folder)
    text = assets.embed.content.decode()
    assert f'from "./assets/{assets.version}/shared/a.js"' in text
    assert f'import("./assets/{assets.version}/widget/b.js")' in text


def test_imports_between_modules_stay_relative(own_folder: Path) -> None:
    found = Assets(own_folder).find("widget/b.js")
    assert found is not None
    assert found.content == b'import { a } from "../shared/a.js";\n'


def test_pages_name_the_version_and_are_no_assets(own_folder: Path) -> None:
    assets = Assets(own_folder)
    page = assets.page("console/index.html")
    assert page is not None
    assert f'src="/assets/{assets.version}/console/app.js"'.encode() in page.content
    assert assets.find("console/index.html") is None


def test_version_changes_with_any_content_and_with_nothing_else(own_folder: Path) -> None:
    before = Assets(own_folder).version
    shutil.copytree(own_folder, again := own_folder.with_name("again"))
    assert Assets(again).version == before
    (again / "shared" / "a.js").write_text("export const a = 2;\n")
    assert Assets(again).version != before


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("BR", "br"),
        ("identity", None),
        ("", None),
        ("gzip;q=0", None),
        ("gzip;q=nonsense", None),
        (",;,=", None),
    ],
)
def test_answer_is_compressed_as_the_caller_accepts_it(
    own_folder: Path, accept_encoding: str, coding: str | None
) -> None:
    found = Assets(own_folder).find("shared/a.js")
    assert found is not None
    chosen, content = found.fit(accept_encoding)
    assert chosen == coding
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert decode(content) == found.content


def test_small_files_are_sent_as_they_are(own_folder: Path) -> None:
    found = Assets(own_folder).find("widget/b.js")
    assert found is not None
    assert found.fit("br, gzip") == (None, found.content)


@pytest.mark.parametrize("path", ["../assets.py", "routes.py", "/etc/passwd", "", "shared", "shared/../embed.js"])
def test_nothing_outside_the_folders_is_found(assets: Assets, path: str) -> None:
    assert assets.find(path) is None


def test_every_import_of_a_module_leads_to_a_file() -> None:
    import re

    imports = re.compile(r"""(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)\"""")
    modules = [WEB / "embed.js", *(path for name in ("shared", "widget", "demo") for path in (WEB / name).glob("*.js"))]
    lost = [
        f"{module.relative_to(WEB)}: {named}"
        for module in modules
        for named in imports.findall(module.read_text(encoding="utf-8"))
        if not (module.parent / named).is_file()
    ]
    assert lost == []
