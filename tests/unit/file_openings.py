"""Files written on the spot, and opened with a mapping for a small programme."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from jifen.intake.asking.commands import Event, Return
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.mapping import Mapping
from jifen.intake.files.reading import Chunk, History, open_history
from jifen.intake.files.rejects import Reject
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.return_policy import ReturnPolicy

SHOP_MAPPING = """
time: {column: time, timezone: Asia/Shanghai}
event: purchase
id: order_id
member: member
enrol: true
fields: {amount: amount}
"""

PROGRAMME = load(
    """
    programme: shop
    name: shop
    timezone: Asia/Shanghai
    money: CNY
    currencies: {points: {name: points}}
    events:
      check_in: {}
      purchase: {fields: {vip: boolean, due: date, items: integer}}
    earn:
      - {id: base, on: purchase, give: 1 points per 1 of amount}
    """
)


MIRRORING = replace(PROGRAMME, returns=ReturnPolicy("mirror"))


def open_file(
    folder: Path,
    content: str | bytes,
    mapping: str = SHOP_MAPPING,
    name: str = "shop.csv",
    programme: Programme = PROGRAMME,
) -> History:
    """`content` as a file of this name in `folder`, opened with the mapping."""
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    read = load_mapping(folder / "mapping.yaml")
    assert isinstance(read, Mapping)
    return open_history(folder / name, read, programme)


def commands_of(chunks: Iterable[Chunk]) -> list[Event | Return]:
    commands = [command for chunk in chunks for command in chunk.commands]
    return [command for command in commands if isinstance(command, Event | Return)]


def rejects_of(chunks: Iterable[Chunk]) -> list[Reject]:
    return [reject for chunk in chunks for reject in chunk.rejects]
