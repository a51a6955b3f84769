"""The files of deploy/ name settings, commands and figures that the program really has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from service.app.cli import COMMANDS
from service.infra.config import FIELDS, Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KNOWN = {setting.env for setting in FIELDS} | {f"{setting.env}_FILE" for setting in FIELDS if setting.secret}
_NAME = re.compile(r"\b(?:COMMENTS_[A-Z][A-Z_]*|DATABASE_[A-Z_]*URL(?:_FILE)?|REDIS_URL(?:_FILE)?|PORT)\b")
_METRIC = re.compile(r"(?:Counter|Gauge|Histogram|Summary|\w+MetricFamily)\(\s*\"(\w+)\"")


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = msgspec.yaml.decode((DEPLOY / "compose.yaml").read_bytes())
    return parsed


def example() -> dict[str, str]:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_that_a_file_names_is_one_of_the_program(path: Path) -> None:
    assert set(_NAME.findall(path.read_text(encoding="utf-8"))) - KNOWN == set()


@pytest.mark.parametrize("setting", FIELDS, ids=lambda setting: setting.env)
def test_every_setting_is_explained_in_the_example(setting: Any) -> None:
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")

    assert re.search(rf"^# {re.escape(setting.about)}\n#?{setting.env}=", text, re.MULTILINE)


def test_what_the_example_shows_as_default_is_the_default() -> None:
    defaults = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")
    shown = {name: value for name, value in re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE) if value}
    needed = example()

    with_defaults = Settings.from_env({**needed, **{n: v for n, v in shown.items() if n != "COMMENTS_LIMITS"}})

    for setting in FIELDS:
        if setting.env in shown and setting.env not in needed:
            assert getattr(with_defaults, setting.field) == defaults[setting.field], setting.env


def test_the_example_is_a_complete_and_valid_environment() -> None:
    settings = Settings.from_env({name: value for name, value in example().items() if not name.endswith("_PASSWORD")})

    assert not settings.development


def test_compose_runs_commands_that_exist() -> None:
    commands = {name: service["command"][0] for name, service in compose()["services"].items() if "build" in service}

    assert commands == {"migrate": "migrate", "service": "serve", "worker": "worker"}
    assert set(commands.values()) <= set(COMMANDS)


def test_compose_migrates_before_anything_serves() -> None:
    for name in ("service", "worker"):
        needed = compose()["services"][name]["depends_on"]
        assert needed["migrate"] == {"condition": "service_completed_successfully"}


def test_the_service_does_not_own_its_tables() -> None:
    services, database = compose()["services"], urlsplit(example()["DATABASE_URL"])
    owner = urlsplit(services["migrate"]["environment"]["DATABASE_URL"])
    granted = services["migrate"]["command"][-1]

    assert (owner.username, database.username) == (services["postgres"]["environment"]["POSTGRES_USER"], granted)
    assert owner.username != database.username
    assert f"CREATE ROLE {granted} LOGIN" in (DEPLOY / "service-role.sh").read_text(encoding="utf-8")
    mounted = [volume.split(":")[0] for volume in services["postgres"]["volumes"]]
    assert all((DEPLOY / name).exists() for name in mounted if name.startswith("./"))
    for name in ("service", "worker"):
        assert "environment" not in services[name]


def test_the_service_trusts_the_edge_and_nobody_else() -> None:
    address = compose()["services"]["edge"]["networks"]["edge"]["ipv4_address"]

    assert example()["COMMENTS_TRUSTED_PROXIES"] == f"{address}/32"


def test_only_the_edge_can_be_reached_from_outside() -> None:
    published = {name for name, service in compose()["services"].items() if service.get("ports")}

    assert published == {"edge"}


def test_the_image_is_made_of_locked_packages_and_does_not_run_as_root() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")

    assert "--require-hashes -r service.txt" in text
    assert re.search(r"^USER (?!0|root)\w+", text, re.MULTILINE)
    assert text.index("\nUSER ") < text.index("\nENTRYPOINT ")
    assert "/health/ready" in text


def test_every_file_that_the_image_copies_is_there_and_is_sent_to_the_builder() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE)
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")

    assert copied
    for path in copied:
        assert (ROOT / path).exists()
        assert f"!{path}" in sent


def test_alerts_name_figures_that_the_program_keeps() -> None:
    kept = {name for path in (ROOT / "service").rglob("*.py") for name in _METRIC.findall(path.read_text("utf-8"))}
    kept |= {f"{name}{end}" for name in set(kept) for end in ("_total", "_bucket", "_sum", "_count")}
    alerts = msgspec.yaml.decode((DEPLOY / "alerts.yaml").read_bytes())["groups"][0]["rules"]
    named = {word for alert in alerts for word in re.findall(r"\b[a-z]+_[a-z_]+\b(?=[\[{)])", alert["expr"])}

    assert len(named) >= len(alerts)
    assert named - kept == set()


def test_every_alert_has_its_page_in_the_runbook() -> None:
    alerts = msgspec.yaml.decode((DEPLOY / "alerts.yaml").read_bytes())["groups"][0]["rules"]
    pages = re.findall(r"^## (\w+)$", (DEPLOY / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert [alert["alert"] for alert in alerts] == [page for page in pages if page != "Deploying"]
