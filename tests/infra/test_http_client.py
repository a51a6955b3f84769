"""Calls to the outside: bounded in time and size, never into a network of our own, never on to somewhere else."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.infra.clock import SystemClock
from service.infra.http_client import HttpClient, OutboundFailed, OutboundRefused
from service.infra.public_addresses import is_public

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "2606:4700::1111%eth0",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.0.1.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::200e"]


@pytest.mark.parametrize("address", PRIVATE)
def test_address_that_is_not_out_in_the_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_address_out_in_the_internet_is_public(address: str) -> None:
    assert is_public(address)


class Served:
    """What a server of raw bytes answers, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.port = 0
        self.reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Some: Thing\r\n\r\nok"
        self.pause_s = 0.0
        self.requests: list[bytes] = []


@asynccontextmanager
async def _served(tls: ssl.SSLContext | None = None) -> AsyncIterator[Served]:
    served = Served()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            served.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(served.reply)
            await writer.drain()
            await asyncio.sleep(served.pause_s)
        except (ConnectionError, asyncio.IncompleteReadError):
            served.requests.append(b"")
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    served.port = server.sockets[0].getsockname()[1]
    served.url = f"http://127.0.0.1:{served.port}/some/path?a=1"
    try:
        yield served
    finally:
        server.close()
        await server.wait_closed()


async def _get(url: str, *, private: bool = True, **bounds: Any) -> Any:
    async with HttpClient.open(private_allowed=private) as http:
        return await http.get(url, **{"deadline_s": 5.0, "body_bytes_max": 1000, **bounds})


async def test_answer_has_status_headers_and_body() -> None:
    async with _served() as served:
        answer = await _get(served.url, headers={"X-Mine": "1"})
    assert (answer.status, answer.headers["x-some"], answer.body) == (200, "Thing", b"ok")
    request = served.requests[0].decode().lower()
    assert request.startswith("get /some/path?a=1 http/1.1\r\n")
    assert f"host: 127.0.0.1:{served.port}\r\n" in request
    assert "accept-encoding: identity\r\n" in request
    assert "x-mine: 1\r\n" in request


async def test_redirect_is_an_answer_and_not_followed() -> None:
    async with _served() as served:
        served.reply = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
        assert (await _get(served.url)).status == 302
        assert len(served.requests) == 1


async def test_body_is_bounded() -> None:
    async with _served() as served:
        served.reply = b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001
        with pytest.raises(OutboundFailed, match="more than 1000 bytes"):
            await _get(served.url)
        served.reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + b"x" * 0xFFFF
        served.pause_s = 5
        with pytest.raises(OutboundFailed, match="more than 1000 bytes"):
            await _get(served.url)


async def test_deadline_holds_for_silence_and_for_drops() -> None:
    async with _served() as served:
        served.reply, served.pause_s = b"", 5
        with pytest.raises(OutboundFailed, match=r"within 0\.1 s"):
            await _get(served.url, deadline_s=0.1)
        served.reply = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"
        with pytest.raises(OutboundFailed, match=r"within 0\.1 s"):
            await _get(served.url, deadline_s=0.1)


async def test_compressed_answer_is_refused() -> None:
    async with _served() as served:
        served.reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"
        with pytest.raises(OutboundFailed, match="compressed"):
            await _get(served.url)


async def test_broken_answer_and_closed_port_are_failures() -> None:
    async with _served() as served:
        served.reply = b"SSH-2.0-x\r\n"
        with pytest.raises(OutboundFailed):
            await _get(served.url)
        url = served.url
    with pytest.raises(OutboundFailed):
        await _get(url)


async def test_name_without_an_address_is_a_failure() -> None:
    with pytest.raises(OutboundFailed, match="no address"):
        await _get("https://does-not-exist.invalid/")


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/",
        "https://8.8.8.8:8443/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://user:secret@8.8.8.8/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "unix:///tmp/x",
        "https:///path",
        "https://8.8.8.8:port/",
        "//8.8.8.8/",
        "",
    ],
)
async def test_url_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        await _get(url, private=False)
    assert "secret" not in str(refused.value)


async def test_name_that_leads_inside_is_refused_and_never_called() -> None:
    """One private address among public ones is enough: which would be taken is not ours to hope for."""
    names = Names({"mixed.example": ["8.8.8.8", "127.0.0.1"], "inside.example": ["127.0.0.1"]})
    async with _served() as served, HttpClient.open(private_allowed=False, resolve=names) as http:
        for name in ("mixed.example", "inside.example"):
            with pytest.raises(OutboundRefused, match=name):
                await http.get(f"https://{name}/", deadline_s=5, body_bytes_max=1000)
        assert served.requests == []


async def test_name_is_resolved_once_and_that_address_is_called() -> None:
    names = Names({"name.example": ["127.0.0.1"]})
    async with _served() as served, HttpClient.open(private_allowed=True, resolve=names) as http:
        answer = await http.get(f"http://name.example:{served.port}/x", deadline_s=5, body_bytes_max=1000)
    assert answer.status == 200
    assert names.asked == ["name.example"]
    assert f"host: name.example:{served.port}".encode() in served.requests[0].lower()


async def test_name_is_asked_for_anew_each_time_so_that_an_earlier_answer_opens_nothing() -> None:
    """A name that led outside yesterday and leads inside today is refused today."""
    names = Names({})
    async with _served() as served:
        async with HttpClient.open(private_allowed=True, resolve=names) as http:
            for _ in range(2):
                names.table["turning.example"] = ["127.0.0.1"]
                url = f"http://turning.example:{served.port}/"
                assert (await http.get(url, deadline_s=5, body_bytes_max=1000)).status == 200
        assert names.asked == ["turning.example"] * 2
        asked = len(served.requests)
        async with HttpClient.open(private_allowed=False, resolve=names) as http:
            for inside in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"):
                names.table["turning.example"] = [inside]
                with pytest.raises(OutboundRefused):
                    await http.get("https://turning.example/", deadline_s=5, body_bytes_max=1000)
        assert len(served.requests) == asked


async def test_next_address_is_tried_when_one_is_dead() -> None:
    names = Names({"name.example": ["127.0.0.2", "127.0.0.1"]})
    async with _served() as served, HttpClient.open(private_allowed=True, resolve=names) as http:
        answer = await http.get(f"http://name.example:{served.port}/", deadline_s=5, body_bytes_max=1000)
    assert answer.status == 200


async def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _served() as served:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert (await _get(served.url)).status == 200


@pytest.mark.parametrize(("certified", "accepted"), [("name.example", True), ("other.example", False)])
async def test_certificate_must_be_that_of_the_name(
    certified: str, accepted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the connection is made to an address, and the authority is a newsroom's own."""
    pem = _certificate(certified, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    async with (
        _served(context) as served,
        HttpClient.open(private_allowed=True, resolve=Names({"name.example": ["127.0.0.1"]})) as http,
    ):
        url = f"https://name.example:{served.port}/"
        if accepted:
            assert (await http.get(url, deadline_s=5, body_bytes_max=1000)).body == b"ok"
        else:
            with pytest.raises(OutboundFailed):
                await http.get(url, deadline_s=5, body_bytes_max=1000)
            assert served.requests == []


def _certificate(name: str, folder: Path) -> Path:
    """A self-signed certificate for a name, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(SystemClock().now() - day)
        .not_valid_after(SystemClock().now() + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return pem


class Names:
    """A resolver that answers from a table and remembers what it was asked for."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self.table = table
        self.asked: list[str] = []

    async def __call__(self, name: str, port: int) -> list[str]:
        self.asked.append(name)
        return self.table[name]
