"""What can be said of messages without sending any: their kinds, signatures, when they come again, and to where."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import ssl
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from jifen.intake.asking.scalars import Malformed
from jifen.outbox.addresses import (
    WrongNetworks,
    allowed_networks,
    checked_url,
    may_be_reached,
    refuse_closed,
)
from jifen.outbox.kinds import KINDS
from jifen.outbox.posting import Outcome, Receiver
from jifen.outbox.retrying import SECOND, WAITS_SECONDS, is_given_up, next_attempt_at
from jifen.outbox.signing import signature, written_secret

INTAKE = Path(__file__).parents[2] / "src" / "jifen" / "intake"


def test_every_kind_that_is_told_is_known_and_every_known_one_is_told() -> None:
    told = {
        name
        for file in INTAKE.rglob("*.py")
        for name in re.findall(
            r'"((?:points|reward|codes|tier|member|household|campaign|draw)\.[a-z_]+)"',
            file.read_text(encoding="utf-8"),
        )
    }
    assert told == set(KINDS)


def test_a_signature_is_that_of_the_specification() -> None:
    """With the numbers that the reference implementations test themselves with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    made = signature([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    other = hmac.new(b"x", b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body, hashlib.sha256)
    both = signature([secret, b"x"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)
    assert both == f"{made} v1,{base64.b64encode(other.digest()).decode()}"
    assert written_secret(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("600", 600),
        ("2", WAITS_SECONDS[0]),
        ("Thu, 01 Jan 1970 00:20:00 GMT", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", WAITS_SECONDS[0]),
        ("9" * 400, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", WAITS_SECONDS[0]),
        ("-5", WAITS_SECONDS[0]),
        ("soon", WAITS_SECONDS[0]),
        ("", WAITS_SECONDS[0]),
    ],
)
def test_who_asks_to_be_left_alone_is_so_for_a_day_at_most(retry_after: str, seconds: int) -> None:
    now = 1_000 * SECOND
    assert next_attempt_at(1, now, 0.5, retry_after) == now + seconds * SECOND


def test_waits_grow_to_a_day_and_end_behind_some_days() -> None:
    assert list(WAITS_SECONDS) == sorted(WAITS_SECONDS)
    assert 2 * 86_400 < sum(WAITS_SECONDS) < 4 * 86_400
    for failures, wait in enumerate(WAITS_SECONDS, start=1):
        found = [next_attempt_at(failures, 0, chance) for chance in (0.0, 0.5, 1.0)]
        assert found == [round(wait * share * SECOND) for share in (0.8, 1.0, 1.2)]
    assert next_attempt_at(len(WAITS_SECONDS) + 1, 0, 0.5) is None
    assert not is_given_up(0, 5 * 86_400 * SECOND - 1)
    assert is_given_up(0, 5 * 86_400 * SECOND)


PUBLIC = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")
PRIVATE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "fe80::1", "fe80::1%1",
    "fec0::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
)  # fmt: skip


def test_the_internet_is_reached_with_tls_and_nothing_private() -> None:
    for written in PUBLIC:
        assert may_be_reached(ip_address(written), [], encrypted=True), written
        assert not may_be_reached(ip_address(written), [], encrypted=False), written
    for written in PRIVATE:
        assert not may_be_reached(ip_address(written), [], encrypted=True), written


def test_a_network_that_is_allowed_is_reached_and_its_neighbour_is_not() -> None:
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    for written in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1"):
        assert may_be_reached(ip_address(written), allowed, encrypted=False), written
    for written in ("10.2.0.1", "127.0.0.1", "fe80::1"):
        assert not may_be_reached(ip_address(written), allowed, encrypted=True), written


def test_allowed_networks_are_read_from_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "10.1.0.0/16, ::1/128")
    assert allowed_networks() == (ip_network("10.1.0.0/16"), ip_network("::1/128"))
    monkeypatch.delenv("JIFEN_WEBHOOK_NETWORKS")
    assert allowed_networks() == ()
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "10.1.2.3/16")
    with pytest.raises(WrongNetworks, match=r"10\.1\.2\.3/16 is no network"):
        allowed_networks()


def test_an_address_is_an_http_url_without_secrets_in_it() -> None:
    assert checked_url("https://shop.example/hook?a=b") == "https://shop.example/hook?a=b"
    assert checked_url("http://10.0.0.1:8080") == "http://10.0.0.1:8080"
    wrong = (
        "", "shop.example", "ftp://shop.example/", "https://", "https:///x", "file:///etc/passwd",
        "https://user:pass@shop.example/", "https://shop.example/#part", "https://shop.example:x/",
        "https://shop.example/\r\nhost: other", "https://shop.example/" + "x" * 500,
        "https://shop..example/", f"https://{'x' * 64}.example/", "https://xn--/",
    )  # fmt: skip
    for written in wrong:
        with pytest.raises(Malformed):
            checked_url(written)


CLOSED = (
    "https://127.0.0.1/hook", "https://127.1/", "https://2130706433/", "https://0x7f.0.0.1/", "https://[::1]/",
    "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://Shop.LocalHost./", "https://169.254.169.254/latest",
    "http://10.1.2.3:8080/", "http://8.8.8.8/",
)  # fmt: skip
OPEN = ("https://8.8.8.8/", "https://shop.example/", "https://localhost.example/")


def test_an_address_in_numbers_and_this_machine_are_refused_without_a_lookup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("JIFEN_WEBHOOK_NETWORKS", raising=False)
    for written in CLOSED:
        with pytest.raises(Malformed) as refused:
            refuse_closed(checked_url(written))
        assert refused.value.pointer == "/url", written
    for written in OPEN:
        refuse_closed(checked_url(written))
    monkeypatch.setenv("JIFEN_WEBHOOK_NETWORKS", "127.0.0.1/32, 10.1.0.0/16")
    for written in ("https://localhost/", "http://127.1:8080/", "http://10.1.2.3:8080/"):
        refuse_closed(checked_url(written))


def test_a_name_that_nobody_can_look_up_is_the_failure_of_its_own_webhook_only() -> None:
    async def posted(url: str) -> Outcome:
        receiver = Receiver(url, [], ssl.create_default_context())
        try:
            return await receiver.post({}, b"{}")
        finally:
            await receiver.close()

    for url in (f"https://{'x' * 64}.example/", "https://shop..example/"):
        assert asyncio.run(posted(url)).code == "unresolved"
