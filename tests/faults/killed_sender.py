"""Who is killed: processes that send commands, import a file or correct the past, and note what they were told.

Run as `killed_sender.py URL FOLDER SEED BEGUN_AT`, with the roles to start on standard input. What a sender sends
follows from the seed, so that it goes on, and can be asked again, without remembering.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from jifen.db.connection import connect
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Event,
    Exchange,
    Hold,
    Redeem,
    Return,
    Spend,
    Transfer,
    UseReward,
    Void,
)
from jifen.intake.asking.member_commands import Group, Merge, Refer, SetFact, Unmerge
from jifen.intake.asking.tenders import Pay
from jifen.intake.clock import real_now
from jifen.intake.files import blocks, importing
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.submitting import submit
from jifen.intake.versions.corrections import found_correction, open_correction, post_correction
from jifen.intake.versions.opening import open_programme

SENDERS: Final = 2
ROLES: Final = (*(str(number) for number in range(SENDERS)), "importer", "corrector")
MEMBERS: Final = 12
COMMANDS_PER_BATCH: Final = 3
MOST_CORRECTIONS: Final = 12
ROWS: Final = 1_000
SLUG: Final = "killed"
DOCUMENT: Final = """
programme: killed
name: {zh: 断电, en: Killed}
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 12 months}
    pay: {rate: 0.10}
    transfers: {fee: 1}
    exchange: {give: 1 beans per 10 points, limit: 900 points per day}
  beans: {name: {zh: 咖啡豆, en: beans}, exchange: {give: 8 points per 1 beans}}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
rewards:
  coffee: {name: {zh: 咖啡, en: coffee}, price: [40 points, 5 beans], valid: 30 days, limit: 200 coffee per day}
earn:
  - {id: base, on: purchase, give: [1 points per 1 of amount, 1 growth per 1 of amount], limit: 900 points per day}
  - {id: third, on: purchase, when: "count('purchase', 'day') == 3", give: 30 points}
  - {id: treat, on: visit, issue: coffee, limit: 99 per day, budget: 4000 coffee}
  - {id: fine, on: signup, take: 3 points}
  - {id: pair, on: redeemed, when: quantity >= 2, give: 5 points, limit: 99 per day}
  - {id: thanks, on: exchanged, give: 3 points, limit: 99 per day}
  - {id: risen, on: tier_changed, when: up, give: 25 points, limit: 99 per day}
referral:
  - {id: invitation, when: first('purchase'), give: {referrer: 50 points, friend: 10 points}}
households: {share: points}
tiers:
  measure: growth
  window: lifetime
  down: never
  ladder:
    - {id: basic, name: {zh: 普通, en: Basic}, reach: 0}
    - {id: gold, name: {zh: 金卡, en: Gold}, reach: 500, reward_discount: 10%}
"""
MAPPING: Final = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order
member: who
fields: {amount: amount}
"""
KINDS: Final = (
    "buy", "buy", "redeem", "visit", "spend", "buy", "hold", "return", "use", "exchange", "capture", "buy", "transfer",
    "cancel redeem", "pay", "hold", "void", "cancel spend", "back", "redeem", "cancel exchange", "adjust", "visit",
    "cancel transfer", "signup", "cancel use", "merge", "set_fact", "buy", "unmerge", "part", "group", "refer",
)  # fmt: skip
_BEFORE: Final = {
    # what a command is about: one of these before it
    "return": "buy", "part": "buy", "back": "pay", "capture": "hold", "void": "hold", "unmerge": "merge",
    "cancel redeem": "redeem", "cancel spend": "spend", "cancel exchange": "exchange", "cancel use": "use",
    "cancel transfer": "transfer",
}  # fmt: skip


class Run(NamedTuple):
    """What all roles share: the database, where notes and the file lie, and what follows from chance and time."""

    url: str
    folder: Path
    seed: str
    begun_at: int


class Noted(NamedTuple):
    """Of a batch that was sent: what was answered, None if that was not heard."""

    number: int
    answers: list[Answer] | None


def batch(run: Run, sender: str, number: int) -> list[Command]:
    """The commands of a sender's batch, counted from 0."""
    first = number * COMMANDS_PER_BATCH
    return [_command(run, sender, index) for index in range(first, first + COMMANDS_PER_BATCH)]


def noted(folder: Path, sender: str) -> list[Noted]:
    """What a sender has sent, in order, and what it was told; a line that was cut short is none."""
    path = folder / f"{sender}.notes"
    found: dict[int, list[Answer] | None] = {}
    for line in path.read_text().split("\n")[:-1] if path.exists() else ():
        number, _, answers = line.partition(" ")
        known = msgspec.json.decode(answers, type=list[Answer]) if answers else None
        found[int(number)] = known or found.get(int(number))
    return [Noted(*one) for one in sorted(found.items())]


def finish_import(connection: psycopg.Connection[Any], folder: Path) -> None:
    """Import the file from where it stopped, in small batches."""
    blocks.ROWS_PER_BLOCK, importing.COMMANDS_PER_BATCH = 200, 20
    import_file(
        connection, open_programme(connection, SLUG), load_mapping(folder / "mapping.yaml"), folder / "orders.csv",
        now=real_now(), actor="import", rejects_path=folder / "rejects.csv",
    )  # fmt: skip


def write_files(folder: Path, seed: str) -> None:
    """The file that is imported, in no order, and its mapping."""
    chance = random.Random(seed)
    rows = [
        f"file-{number},m{chance.randrange(MEMBERS)},2026-01-{1 + number % 28:02d} {number % 24:02d}:00,"
        f"{chance.randrange(100, 900) / 100:.2f}"
        for number in range(ROWS)
    ]
    (folder / "orders.csv").write_text("\n".join(["order,who,time,amount", *rows]))
    (folder / "mapping.yaml").write_text(MAPPING)


def _command(run: Run, sender: str, index: int) -> Command:
    chance = random.Random(f"{run.seed} {sender} {index}")
    kind, id = KINDS[index % len(KINDS)], f"{sender}-{index}"
    me, you = (f"m{one}" for one in chance.sample(range(MEMBERS), 2))
    of = _before(chance, sender, index, _BEFORE.get(kind, kind))
    points = chance.randrange(1, 60)
    match kind:
        case "buy" | "pay":
            paid = Pay(currency="points", points=points) if kind == "pay" else None
            at = run.begun_at - chance.randrange(5 * MICROSECONDS_PER_DAY)
            fields: dict[str, int | str | bool] = {"amount": chance.randrange(3_000, 30_000)}
            return Event(id=id, member=me, type="purchase", occurred_at=at, fields=fields, pay=paid)
        case "visit" | "signup":
            return Event(id=id, member=me, type=kind)
        case "return" | "back":
            return Return(id=id, member=_member_of(run, of), of=of, full=True)
        case "part":
            taken = chance.randrange(100, 3_000)
            return Return(id=id, member=_member_of(run, of), of=of, amount=taken)
        case "redeem":
            return Redeem(
                id=id, member=me, reward="coffee", quantity=chance.choice((1, 2)), currency="points"
            )
        case "use":
            return UseReward(id=id, member=me, reward="coffee")
        case "spend":
            return Spend(id=id, member=me, points=points, currency="points")
        case "hold":
            return Hold(id=id, member=me, points=points, currency="points")
        case "capture":
            return Capture(id=id, member=_member_of(run, of), of=of)
        case "void":
            return Void(id=id, member=_member_of(run, of), of=of)
        case "exchange":
            return Exchange(
                id=id, member=me, currency="points", to="beans", amount=10 * chance.randrange(1, 5)
            )
        case "transfer":
            return Transfer(id=id, member=me, to=you, points=points, currency="points")
        case "adjust":
            return Adjust(
                id=id, member=me, points=chance.choice((40, -15)), currency="points", reason="sorry"
            )
        case "merge":
            return Merge(id=id, member=me, into=you, reason="two cards")
        case "unmerge":
            other = _member_of(run, of)
            return Unmerge(id=id, member=other, of=other, reason="a brother")
        case "set_fact":
            return SetFact(id=id, member=me, name="birthday", value="1990-05-18")
        case "group":
            return Group(id=id, member=me, household=f"h{points % 3}", leave=points % 4 == 0)
        case "refer":
            return Refer(id=id, member=me, referrer=you)
    return Cancel(id=id, member=_member_of(run, of), of=of)


def _before(chance: random.Random, sender: str, index: int, kind: str) -> str:
    """The id of an earlier command of a kind, of the same sender or of another."""
    asked = [place for place, one in enumerate(KINDS) if one == kind]
    round = index // len(KINDS) - chance.choice((0, 0, 1, 2))
    of = chance.choice((sender, sender, str(chance.randrange(SENDERS))))
    return f"{of}-{max(0, round) * len(KINDS) + chance.choice(asked)}"


def _member_of(run: Run, id: str) -> str:
    sender, _, index = id.partition("-")
    return _command(run, sender, int(index)).member


def _unheard(folder: Path, sender: str) -> Iterator[int]:
    """The numbers of batches that are to be sent: those whose answers were not heard, then new ones."""
    known = noted(folder, sender)
    yield from (one.number for one in known if one.answers is None)
    yield from count(len(known))


def _send(connection: psycopg.Connection[Any], run: Run, sender: str) -> None:
    with (run.folder / f"{sender}.notes").open("a", buffering=1) as notes:
        for number in _unheard(run.folder, sender):
            notes.write(f"{number}\n")
            programme = open_programme(connection, SLUG)
            commands = batch(run, sender, number)
            answered = submit(connection, programme, commands, now=real_now(), actor=sender)
            told = msgspec.json.encode([one.answer for one in answered]).decode()
            notes.write(f"{number} {told}\n")


def _correct(connection: psycopg.Connection[Any]) -> None:
    """Correct the last days again and again."""
    while (programme := open_programme(connection, SLUG)).revision <= MOST_CORRECTIONS:
        if found_correction(connection, programme) is None:
            give = f"give: [{programme.revision % 2 + 1} points per 1 of amount"
            document = DOCUMENT.replace("give: [1 points per 1 of amount", give)
            now = real_now()
            since = now - 3 * MICROSECONDS_PER_DAY
            open_correction(connection, programme, document, since=since, now=now, actor="owner")
        post_correction(connection, programme, now=real_now(), actor="owner")


def work(role: str, run: Run) -> None:
    """Do what a role does until it is done, killed, or has lost its server; what went wrong is noted."""
    try:
        with connect(run.url) as connection:
            if role == "importer":
                finish_import(connection, run.folder)
            elif role == "corrector":
                _correct(connection)
            else:
                _send(connection, run, role)
    except Exception as error:  # noted for the test, which says what may go wrong
        with (run.folder / "errors").open("a") as errors:
            errors.write(f"{type(error).__name__}: {error}".replace("\n", " ") + "\n")


def nurse(run: Run) -> None:
    """Start a process for each role that is named, and tell its number: from here, where everything is loaded."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            work(line.strip(), run)
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    _, url, folder, seed, begun_at = sys.argv
    nurse(Run(url, Path(folder), seed, int(begun_at)))
