"""What a proof found, as people read it: places, sums, moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from jifen.instants import LONG_AGO, NEVER, moment_of
from jifen.ledger.records import HoldState
from jifen.wording import Said, verbatim

NOTHING: Final = Said("—", "—")
_KINDS: Final = {
    "account": "账户",
    "batch": "事务",
    "change": "库存登记",
    "code": "券码",
    "command": "命令",
    "currency": "积分种类",
    "day": "日期",
    "event": "事件",
    "fact": "会员信息",
    "funder": "出资方",
    "hold": "预占",
    "lot": "批次",
    "month": "月份",
    "posting": "入账",
    "round": "轮次",
    "rule": "规则",
    "spin": "抽奖",
    "stock": "库存",
    "version": "版本",
}
_SUMS: Final = {
    "points": "余额",
    "remaining": "剩余",
    "held": "预占",
    "debt": "欠分",
    "lifetime": "累计",
    "spent": "已用",
    "expired": "过期",
    "reversed": "冲回",
}


def at(**numbers: object) -> Said:
    """A record by its kind and number, or several, as `at(command=5)`."""
    return Said(
        ", ".join(f"{kind} {number}" for kind, number in numbers.items()),
        "，".join(f"{_KINDS[kind]} {number}" for kind, number in numbers.items()),
    )


def points_shown(points: Mapping[str, int]) -> Said:
    """Points by the name of their currency."""
    shown = [f"{amount} {currency}" for currency, amount in points.items()] or ["0"]
    return Said(", ".join(shown), "、".join(shown))


def sums_shown(names: Sequence[str], recorded: Sequence[int], derived: Sequence[int]) -> list[Said]:
    """Of two rows of sums those that are not the same, as they stand in the one and in the other; a row that is not
    there is shown as none."""
    if not recorded:
        return [NOTHING, _sums(dict(zip(names, derived, strict=True)))]
    rows = [dict(zip(names, row, strict=True)) for row in (recorded, derived)]
    unlike = [name for name in names if rows[0][name] != rows[1][name]] or list(names)
    return [_sums({name: row[name] for name in unlike}) for row in rows]


def _sums(row: Mapping[str, int]) -> Said:
    return Said(
        ", ".join(f"{name} {amount}" for name, amount in row.items()),
        "，".join(f"{_SUMS[name]} {amount}" for name, amount in row.items()),
    )


def moment_shown(instant: int, zone: ZoneInfo) -> Said:
    """A moment in the programme's zone, exact, as two that differ may be close."""
    match instant:
        case _ if instant == NEVER:
            return Said("never", "永不")
        case _ if instant <= LONG_AGO:
            return Said("from the beginning", "一开始")
        case _:
            return verbatim(_written(instant, zone))


def _written(instant: int, zone: ZoneInfo) -> str:
    try:
        return moment_of(instant, zone).isoformat(sep=" ")
    except (OverflowError, ValueError):  # no clock says so: somebody has written it by hand
        return str(instant)


def ending_shown(state: HoldState, captured: int, closed_at: int, zone: ZoneInfo) -> Said:
    """How a hold ended, and when."""
    when = moment_shown(closed_at, zone)
    match state:
        case HoldState.OPEN:
            return Said("open", "未了结")
        case HoldState.CAPTURED:
            return Said(f"{captured} captured at {when.en}", f"{when.zh} 核销 {captured}")
        case HoldState.VOIDED:
            return Said(f"void at {when.en}", f"{when.zh} 释放")
        case HoldState.TIMED_OUT:
            return Said(f"timed out at {when.en}", f"{when.zh} 超时释放")


def entries_shown(recorded: Mapping[str, object], derived: Mapping[str, object]) -> list[Said]:
    """Of two sets of entries those that are not the same, as they stand in the one and in the other."""
    unlike = [
        name
        for name in sorted(recorded.keys() | derived.keys())
        if recorded.get(name) != derived.get(name)
    ]
    return [
        _entries({name: row[name] for name in unlike if name in row}) for row in (recorded, derived)
    ]


def _entries(row: Mapping[str, object]) -> Said:
    shown = [f"{name} {_entry(value)}" for name, value in row.items()]
    return Said(", ".join(shown), "，".join(shown)) if shown else NOTHING


def _entry(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def yes_or_no(holds: bool) -> Said:
    """Whether something holds."""
    return Said("yes", "是") if holds else Said("no", "否")
