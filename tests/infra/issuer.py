"""A publisher's login for tests: keys of each kind, tokens signed with them, a server that gives out the key set."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import get_default_algorithms

_ALGORITHMS = get_default_algorithms()
_MAKERS: dict[str, Any] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


class Signer:
    """One private key, the algorithm it signs with, and the name under which it is published."""

    def __init__(self, algorithm: str = "ES256", kid: str | None = "key-1", private: Any = None) -> None:
        self.algorithm, self.kid = algorithm, kid
        self.private: RSAPrivateKey | Any = private or _MAKERS[algorithm]()

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """The public half as it is published."""
        public = _ALGORITHMS[self.algorithm].to_jwk(self.private.public_key(), as_dict=True)
        named = {} if self.kid is None else {"kid": self.kid}
        return {**public, **named, **changes}

    def private_jwk(self) -> dict[str, Any]:
        return {**_ALGORITHMS[self.algorithm].to_jwk(self.private, as_dict=True), "kid": self.kid}

    def token(self, claims: dict[str, Any], **header: Any) -> str:
        """A token of these claims; members of the header that are given as None are left out."""
        named = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **header}
        head = {name: value for name, value in named.items() if value is not None}
        return self.sign_raw(_bytes(head), _bytes(claims))

    def sign_raw(self, header: bytes, claims: bytes) -> str:
        signed = f"{b64(header)}.{b64(claims)}"
        return f"{signed}.{b64(_ALGORITHMS[self.algorithm].sign(signed.encode(), self.private))}"


def hs256(secret: str | bytes, claims: dict[str, Any], **header: Any) -> str:
    """A token signed with a shared secret."""
    raw = secret.encode() if isinstance(secret, str) else secret
    signed = f"{b64(_bytes({'alg': 'HS256', 'typ': 'JWT', **header}))}.{b64(_bytes(claims))}"
    return f"{signed}.{b64(_ALGORITHMS['HS256'].sign(signed.encode(), raw))}"


def key_set(*keys: Signer | dict[str, Any]) -> bytes:
    return _bytes({"keys": [key.jwk() if isinstance(key, Signer) else key for key in keys]})


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


class JwksServer:
    """Gives out a key set over HTTP, and counts how often it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.body = key_set()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay_s = 0.0
        self.asked: list[dict[str, str]] = []

    def publish(self, *keys: Signer | dict[str, Any]) -> None:
        self.body = key_set(*keys)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            self.asked.append(
                {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
            )
            await asyncio.sleep(self.delay_s)
            etag, headers = self.headers.get("ETag"), dict(self.headers)
            unchanged = etag is not None and self.asked[-1].get("if-none-match") == etag
            status, body = (304, b"") if unchanged else (self.status, self.body)
            headers |= {"Content-Length": str(len(body)), "Connection": "close"}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.asked.append({})
        finally:
            writer.close()


@asynccontextmanager
async def jwks_server() -> AsyncIterator[JwksServer]:
    """A server on a free port of loopback, until the end of the block."""
    served = JwksServer()
    server = await asyncio.start_server(served.answer, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"
    try:
        yield served
    finally:
        server.close()
        await server.wait_closed()
