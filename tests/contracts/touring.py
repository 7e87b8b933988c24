"""The tour: asks everything once of a real server, in a bank of its own whose clock is told what time it is."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import psycopg
import yaml
from served_bank import serving

from jifen.api.access import make_key
from jifen.api.described.everything import OPERATIONS
from jifen.api.key_terms import ApiKeyTerms
from jifen.db.connection import connect
from jifen.instants import moment_of
from jifen.intake.asking.scalars import instant
from jifen.intake.clock import real_now
from jifen.intake.sweeping import advance
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.proof.proving import prove


class _Loader(yaml.SafeLoader):
    """Dates stay text, as JSON has them."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


TOUR: Final = yaml.load(
    Path(__file__).with_name("tour.yaml").read_text(encoding="utf-8"), Loader=_Loader
)
ZONE: Final = ZoneInfo("Asia/Shanghai")
BY_NAME: Final = {operation.name: operation for operation in OPERATIONS}
_OF_THE_TILL: Final = (
    "read",
    "earn",
    "use",
    "write",
    "keys",
    "webhooks",
    "malls",
    "tokens",
    "addresses",
    "counter",
    "programme",
    "audit",
    "codes",
)
_PICK_UP_CODE: Final = r"\w{4}-\w{4}-\w{4}"
_LETTERS: Final = "[0-9a-f]{8}"
Step = dict[str, Any]


class Bank(NamedTuple):
    """The tour's programme, with the keys that its steps send; `made` is what the server named by lot, by the name that
    the examples have for it."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    keys: dict[str, str]
    made: dict[str, str]


def open_bank(connection: psycopg.Connection[Any]) -> Bank:
    """A fresh bank in which it is the morning of the tour."""
    now = real_now()
    programme = create_programme(
        connection,
        TOUR["programme"],
        test_now=instant(str(TOUR["clock"]), ZONE, "clock"),
        now=now,
        actor="office",
    )

    keys = {"nobody": "jifen_0_0"}
    for after, (name, scopes) in enumerate({"till": _OF_THE_TILL, "reader": ("read",)}.items()):
        terms = ApiKeyTerms(name=name, scopes=scopes)
        keys[name] = make_key(
            connection, programme.programme_id, terms, now=now + after, actor="office"
        )
    return Bank(connection, programme, keys, {})


def walk(url: str, language: str) -> Iterator[dict[str, Any]]:
    """Each step with what a server answered. The books hold at the end."""
    with connect(url) as connection:
        bank = open_bank(connection)
        with serving(url) as address, httpx.Client(base_url=address, trust_env=False) as client:
            for number, step in enumerate(TOUR["steps"], 1):
                if "at" in step:
                    moved = advance(
                        connection, bank.programme, instant(str(step["at"]), ZONE, "at")
                    )
                    bank = bank._replace(programme=moved.programme)
                yield _taken(client, bank, step, number, language)
        assert prove(connection, bank.programme).holds


def _taken(
    client: httpx.Client, bank: Bank, step: Step, number: int, language: str
) -> dict[str, Any]:
    operation = BY_NAME[step["do"]]
    named = {
        name: bank.made.get(str(value), str(value)) for name, value in step.get("path", {}).items()
    }
    path = operation.path.format(**{name: quote(value, safe="") for name, value in named.items()})
    headers = {"accept-language": language, "x-request-id": f"tour-{number}"}
    if operation.scope:
        headers["authorization"] = f"Bearer {bank.keys[step.get('as', 'till')]}"
    answer = client.request(
        operation.method,
        path,
        params=step.get("query"),
        json=_with_what_was_made(step.get("body"), bank),
        headers=headers | step.get("headers", {}),
    )
    asked: dict[str, Any] = {
        name: step[name] for name in ("path", "query", "headers", "body") if name in step
    }
    return {
        "operation": operation.name,
        **asked,
        "status": answer.status_code,
        "answer": _answer(answer, bank),
    }


def _with_what_was_made(body: Any, bank: Bank) -> Any:
    """A body that names what the server drew by lot by the name that the examples have for it."""
    if not isinstance(body, dict):
        return body
    return {
        name: bank.made.get(said, said) if isinstance(said, str) else said
        for name, said in body.items()
    }


def _answer(answer: httpx.Response, bank: Bank) -> Any:
    """What was answered, with what is drawn by lot, or told by the real clock, made the same for ever."""
    if not answer.content or "json" not in answer.headers["content-type"]:
        return None
    written = answer.text.replace(bank.programme.programme_id.hex, "0" * 32)
    for made in re.findall(rf'"id":"({_LETTERS})"', written):
        bank.made["0123abcd"] = made
    written = re.sub(
        rf"jifen_{_LETTERS}_[\w-]{{43}}", "jifen_0123abcd_the-secret-told-once", written
    )
    written = re.sub(rf'"id":"{_LETTERS}"', '"id":"0123abcd"', written)
    written = re.sub(r'"(\d+)-[0-9a-f]{32}-(\d+)"', rf'"\1-{"0" * 32}-\2"', written)
    written = re.sub(r'"code":"\w{5}-\w{5}"', '"code":"K7QM3-TX9AB"', written)
    for made in re.findall(rf'"code":"({_PICK_UP_CODE})"', written):
        bank.made["7KQM-2ZPA-XW4C"] = made
        written = written.replace(made, "7KQM-2ZPA-XW4C")
    for drawn_by_lot in ("commitment", "seed"):
        written = re.sub(
            rf'"{drawn_by_lot}":"[0-9a-f]{{64}}"', f'"{drawn_by_lot}":"{"5e" * 32}"', written
        )
    written = re.sub(r"whsec_[\w+/=-]+", "whsec_the-secret-told-once", written)
    written = re.sub(r'"token":"[^"]*"', '"token":"the-token-told-once"', written)
    written = re.sub(r"timestamp=\d+", "timestamp=1772413200000", written)
    written = re.sub(r"sign=[0-9a-f]{32}", f"sign={'0' * 32}", written)
    today = moment_of(real_now(), ZONE).date()
    for day in (today, today + dt.timedelta(days=1)):  # what ends soon may end behind midnight
        written = re.sub(rf'"{day}T[^"]*"', '"2026-03-02T09:00:00+08:00"', written)
    return json.loads(written)
