"""A stand-in for outside services, and a client that may reach it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from service.infra.http_client import HttpClient
from tests.screening.outside.peer import Peer, running_peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as peer:
        yield peer


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    async with HttpClient.open(private_allowed=True) as client:
        yield client
