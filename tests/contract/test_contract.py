"""The interface keeps to its own description, whoever asks and whatever is sent: no failure of ours, answers of the
shape that is described, and what the description does not allow refused.

`CONTRACT_CASES` is how many cases of a kind each part sends to each operation, `CONTRACT_SEED` what they are made from;
both are in the header of the run.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.callers import PARTS, Caller, Places
from tests.site import Site

Json = dict[str, Any]
CASES = int(os.environ["CONTRACT_CASES"])
SEED = int(os.environ["CONTRACT_SEED"])
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# Of our program, its libraries and its machine.
INSIDE = [
    "Traceback",
    'File "',
    ".py",
    "asyncpg",
    "msgspec",
    "litestar",
    "sqlstate",
    "INSERT INTO",
    "postgresql://",
    "redis://",
]
# Any text is a list of one text when it comes in an address, so that nothing there is of a wrong type.
ANY_TEXT_GOES = {("get", "/v1/counts")}
# Addresses come with parameters of others, such as those that campaigns add.
ONLY_A_STRANGE_PARAMETER = re.compile(
    r"Invalid component:\s+(?:- )?(?:in )?query\W+violates `additionalProperties`\s*$"
)
pytestmark = [
    # Theirs, about themselves.
    pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def description(site: Site) -> Json:
    """The description without who may call, which is tried with real tokens."""
    with site.api() as api:
        found: Json = api.get("/openapi.json").raise_for_status().json()
    for item in found["paths"].values():
        for operation in item.values():
            operation.pop("security", None)
    found["components"].pop("securitySchemes", None)
    found.pop("security", None)
    return found


class Trial:
    """What one part sent, and what was wrong with the answers."""

    def __init__(self, caller: Caller, places: Places) -> None:
        self._caller, self._places = caller, places
        self._inside = [*INSIDE, caller.secret] if caller.secret else INSIDE
        self.statuses: Counter[int] = Counter()
        self.faults: dict[str, str] = {}

    @property
    def cases(self) -> int:
        return self.statuses.total()

    def try_all(self, operation: Any) -> None:
        """Cases that keep to the description, cases that do not, and good ones with a member too many."""
        kinds: list[tuple[GenerationMode, Callable[[Case[Any]], None]]] = [
            (GenerationMode.POSITIVE, self._good),
            (GenerationMode.NEGATIVE, self._bad),
        ]
        if operation.body:
            kinds.append((GenerationMode.POSITIVE, self._with_a_member_too_many))
        for mode, send in kinds:
            self._made(operation.as_strategy(generation_mode=mode), send, mode)

    def _made(self, strategy: Any, send: Callable[[Case[Any]], None], mode: GenerationMode) -> None:
        @settings(
            max_examples=CASES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @seed(SEED + PARTS.index(self._caller.part))
        @given(case=strategy)
        def send_each(case: Case[Any]) -> None:
            send(case)

        try:
            send_each()
        except Unsatisfiable:
            # Nothing that such an operation takes can be wrong.
            assert mode is GenerationMode.NEGATIVE

    def _good(self, case: Case[Any]) -> None:
        self._send(case, CHECKS)

    def _bad(self, case: Case[Any]) -> None:
        answer = self._send(case, CHECKS, anywhere=True)
        if answer.status_code < 400 and (case.method.lower(), case.path) not in ANY_TEXT_GOES:
            self._judge(case, answer, [negative_data_rejection])

    def _with_a_member_too_many(self, case: Case[Any]) -> None:
        if isinstance(case.body, dict):
            case.body = {**case.body, "no_such_member": True}
            answer = self._send(case, CHECKS)
            if answer.status_code < 400:
                self._note(case, answer, "a member that is not described was taken")

    def _send(self, case: Case[Any], checks: list[Any], *, anywhere: bool = False) -> requests.Response:
        """The answer, judged; every other case goes to what exists, unless what is wrong may be where it goes."""
        if self.cases % 2 and not anywhere:
            self._places.lead_to(case)
        answer = self._caller.call(case)
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 400 and (told := [word for word in self._inside if word in answer.text]):
            self._note(case, answer, f"the refusal tells what is inside: {told}")
        self._judge(case, answer, checks)
        return answer

    def _judge(self, case: Case[Any], answer: requests.Response, checks: list[Any]) -> None:
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as faults:
            for fault in faults.exceptions:
                if not ONLY_A_STRANGE_PARAMETER.search(str(fault)):
                    self._note(case, answer, f"{type(fault).__name__}: {fault}")

    def _note(self, case: Case[Any], answer: requests.Response, fault: str) -> None:
        what = f"{case.method} {case.path}: {answer.status_code}: {fault.partition(chr(10))[0]}"
        self.faults.setdefault(what, f"{fault}\nbody sent: {case.body!r:.500}")


@pytest.fixture
def trial(request: pytest.FixtureRequest, site: Site) -> Iterator[Trial]:
    caller = Caller(site, request.param)
    yield Trial(caller, Places(site))
    caller.close()


@pytest.mark.parametrize("trial", PARTS, indirect=True)
def test_every_operation_keeps_to_its_description(trial: Trial, description: Json) -> None:
    schema = schemathesis.openapi.from_dict(description)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        # A live stream does not end; tests/live reads them.
        if not operation.path.endswith("/live"):
            trial.try_all(operation)
    print(f"{trial.cases} cases, seed {SEED}: {dict(sorted(trial.statuses.items()))}")
    assert trial.cases > 50 * CASES
    told = "\n\n".join(f"{what}\n{more}" for what, more in sorted(trial.faults.items()))
    assert not trial.faults, f"CONTRACT_SEED={SEED} CONTRACT_CASES={CASES}\n{told}"
