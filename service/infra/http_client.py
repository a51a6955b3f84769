"""The one client for calls to the outside: a deadline over all, a bounded answer, no way into our own network.

A name is resolved once, every address that it has must be a public one, and the connection goes to just that
address, so a name cannot show one face to the check and another to the call. Redirects are answers like any other
and are not followed. Connections are not kept: one made for a name must not serve another at the same address.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx2
import msgspec

from service.infra.public_addresses import is_public

_CONNECT_S: Final = 3.0
_CONNECTIONS_MAX: Final = 50
_ADDRESSES_TRIED_MAX: Final = 3
_PORTS: Final = {"https": 443, "http": 80}


# The addresses of a name; OSError when it has none.
Resolve = Callable[[str, int], Awaitable[list[str]]]


class OutboundRefused(Exception):
    """This URL is not called at all; the text says why, without the URL's query."""


class OutboundFailed(Exception):
    """The other side could not be reached, did not answer in time, or answered more than was asked for."""


class Answer(msgspec.Struct, frozen=True):
    """What came back, whatever its status. Names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """Opened once for a process; `private_allowed` lets it reach every address, over http and on any port."""

    def __init__(self, client: httpx2.AsyncClient, *, private_allowed: bool, resolve: Resolve) -> None:
        self._client, self._private_allowed, self._resolve = client, private_allowed, resolve

    @classmethod
    @asynccontextmanager
    async def open(cls, *, private_allowed: bool, resolve: Resolve | None = None) -> AsyncIterator["HttpClient"]:
        timeout = httpx2.Timeout(None, connect=_CONNECT_S)
        limits = httpx2.Limits(max_connections=_CONNECTIONS_MAX, max_keepalive_connections=0)
        async with httpx2.AsyncClient(
            # Certificates of a newsroom's own authority come by SSL_CERT_FILE.
            verify=httpx2.create_ssl_context(trust_env=True),
            # A proxy from the environment would resolve names itself and so walk round the check of addresses.
            trust_env=False,
            timeout=timeout,
            limits=limits,
            follow_redirects=False,
            headers={"User-Agent": "story-comments"},
        ) as client:
            yield cls(client, private_allowed=private_allowed, resolve=resolve or _ask_resolver)

    async def get(
        self, url: str, *, deadline_s: float, body_bytes_max: int, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a GET; OutboundRefused or OutboundFailed otherwise, never later than the deadline."""
        return await self.send("GET", url, deadline_s=deadline_s, body_bytes_max=body_bytes_max, headers=headers)

    async def send(
        self,
        method: str,
        url: str,
        *,
        deadline_s: float,
        body_bytes_max: int,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """As `get`, with any method and body."""
        target = self._target(url)
        try:
            async with asyncio.timeout(deadline_s):
                addresses = await self._addresses(target)
                return await self._first_answer(method, target, addresses, headers or {}, content, body_bytes_max)
        except TimeoutError as error:
            raise OutboundFailed(f"no answer within {deadline_s:g} s") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            raise OutboundFailed(f"{type(error).__name__} while calling {target.hostname}") from error

    def _target(self, url: str) -> SplitResult:
        try:
            target = urlsplit(url)
            port = target.port
        except ValueError as error:
            raise OutboundRefused("it is not a URL") from error
        if target.scheme not in _PORTS or not target.hostname:
            raise OutboundRefused("it is not an https URL")
        if target.username is not None or target.password is not None:
            raise OutboundRefused("it carries a user name or password")
        if not self._private_allowed:
            if target.scheme != "https":
                raise OutboundRefused("it is not an https URL")
            if port not in (None, _PORTS["https"]):
                raise OutboundRefused("its port is not 443")
        return target

    async def _addresses(self, target: SplitResult) -> list[str]:
        try:
            addresses = await self._resolve(target.hostname or "", target.port or _PORTS[target.scheme])
        except (OSError, UnicodeError) as error:
            raise OutboundFailed(f"{target.hostname} has no address") from error
        if not self._private_allowed and not all(map(is_public, addresses)):
            raise OutboundRefused(f"{target.hostname} is not a public address")
        return addresses[:_ADDRESSES_TRIED_MAX]

    async def _first_answer(
        self,
        method: str,
        target: SplitResult,
        addresses: list[str],
        headers: Mapping[str, str],
        content: bytes | None,
        body_bytes_max: int,
    ) -> Answer:
        for place, address in enumerate(addresses, start=1):
            try:
                return await self._answer(method, target, address, headers, content, body_bytes_max)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if place == len(addresses):
                    raise
        raise OutboundFailed(f"{target.hostname} has no address")

    async def _answer(
        self,
        method: str,
        target: SplitResult,
        address: str,
        headers: Mapping[str, str],
        content: bytes | None,
        body_bytes_max: int,
    ) -> Answer:
        host = f"[{address}]" if ":" in address else address
        pinned = target._replace(netloc=host if target.port is None else f"{host}:{target.port}", fragment="")
        request = self._client.build_request(
            method,
            pinned.geturl(),
            # Compressed answers could be small on the wire and huge once unpacked.
            headers={**headers, "Host": target.netloc, "Accept-Encoding": "identity"},
            content=content,
            # The certificate must be that of the name, not of the address.
            extensions={"sni_hostname": target.hostname},
        )
        response = await self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise OutboundFailed(f"{target.hostname} sent a compressed answer although none was asked for")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > body_bytes_max:
                    raise OutboundFailed(f"{target.hostname} sent more than {body_bytes_max} bytes")
        finally:
            await response.aclose()
        return Answer(
            response.status_code, {name.lower(): value for name, value in response.headers.items()}, bytes(body)
        )


async def _ask_resolver(name: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))
