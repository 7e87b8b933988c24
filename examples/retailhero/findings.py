"""What else the receipts' points follow, beyond the grocery rules: prints how many receipts each finding explains.

    .venv/bin/python examples/retailhero/findings.py RECEIPTS

`RECEIPTS` is a folder with receipts.parquet, receipt_lines.parquet and products.parquet (docs/guides/retailhero.md).
Amounts are in hundredths of a rouble, points in tenths.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

VODKA = "6e4d7515db"
LEAST_PRICES_PER_LITRE = {
    VODKA: 410_00,  # 205 roubles a half-litre bottle
    "874a9f68b0": 742_00,  # 371
    "6da1b959c4": 742_00,
    "b2632c0e6c": 586_00,  # 293
}
"""By level_4 category: no discount may go below it, and no points are given on it."""

NEVER_COUNTED = "f5dac65023"
"""A level_4 category of which no receipt earned what its sum says."""

LONGEST_DAYS = {"double": 31, "tenfold": 7}


@dataclass(frozen=True)
class Receipt:
    """`left`: the sum after points are taken off. `litres` by category, of products with a least price."""

    client: str
    day: dt.date
    left: int
    redeemed: bool
    points: int
    litres: Mapping[str, float]
    has_never_counted: bool

    def full_steps(self, least_prices: Mapping[str, int]) -> int:
        """Full 20 roubles below 555, full 10 from there on, of what the least prices leave."""
        without = sum(
            round(litres * least_prices.get(kind, 0)) for kind, litres in self.litres.items()
        )
        return max(0, self.left - without) // self.step

    @property
    def step(self) -> int:
        return 20_00 if self.left < 555_00 else 10_00

    def promoted(self, promotion: str) -> int:
        """Points with a promotion. Tenfold is ten times the lower rate, so five times the higher one."""
        steps = self.full_steps(LEAST_PRICES_PER_LITRE)
        tenfold = 9 if self.step == 20_00 else 4
        more = {"": 0, "double": 1, "tenfold": tenfold, "both": 1 + tenfold}
        return steps * (1 + more[promotion])


def read_receipts(folder: Path) -> list[Receipt]:
    """All receipts, by client and in time order."""
    products = {row["product_id"]: row for row in _rows(folder / "products.parquet")}
    litres: dict[Any, Counter[str]] = defaultdict(Counter)
    kinds: dict[Any, set[str]] = defaultdict(set)
    for line in _rows(folder / "receipt_lines.parquet"):
        receipt, product = (line["client_id"], line["receipt_no"]), products[line["product_id"]]
        kind = product["level_4"]
        kinds[receipt].add(kind)
        litres[receipt][kind] += line["quantity"] * (product["netto"] or 0)
    return [
        Receipt(
            client=row["client_id"],
            day=(row["receipt_ts"] + dt.timedelta(hours=3)).date(),  # shops on Moscow time
            left=int(100 * (row["purchase_sum_rub"] + _spent(row))),
            redeemed=_spent(row) != 0,
            points=int(10 * row["regular_points_received"]),
            litres=litres[row["client_id"], row["receipt_no"]],
            has_never_counted=NEVER_COUNTED in kinds[row["client_id"], row["receipt_no"]],
        )
        for row in _rows(folder / "receipts.parquet")
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return rows


def _spent(row: Mapping[str, Any]) -> Any:
    return row["regular_points_spent"] + row["express_points_spent"]


@dataclass(frozen=True)
class Window:
    """Receipts of one client, from the first to the last with a promotion."""

    promotion: str
    client: str
    first: dt.date
    last: dt.date
    promoted: int
    against: int  # receipts between that earned the plain points

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def holds(self) -> bool:
        """At least two receipts, none against, not longer than such a promotion lasts."""
        short = self.days <= LONGEST_DAYS[self.promotion]
        return self.promoted >= 2 and not self.against and short


def windows_of(receipts: Iterable[Receipt]) -> Iterator[Window]:
    """The span of each promotion of each client."""
    for client, group in groupby(receipts, lambda receipt: receipt.client):
        mine = [receipt for receipt in group if receipt.full_steps(LEAST_PRICES_PER_LITRE)]
        for promotion in LONGEST_DAYS:
            hits = [r for r in mine if r.points in (r.promoted(promotion), r.promoted("both"))]
            if hits:
                first, last = hits[0].day, hits[-1].day
                between = [r for r in mine if first <= r.day <= last]
                against = sum(r.points == r.promoted("") for r in between)
                yield Window(promotion, client, first, last, len(hits), against)


def expected(receipts: list[Receipt], windows: Iterable[Window]) -> list[int]:
    """Points of every receipt by all findings together."""
    running: dict[str, list[Window]] = defaultdict(list)
    for window in windows:
        if window.holds:
            running[window.client].append(window)
    points = []
    for receipt in receipts:
        names = {w.promotion for w in running[receipt.client] if w.first <= receipt.day <= w.last}
        points.append(receipt.promoted("both" if len(names) == 2 else "".join(names)))
    return points


def agreeing(receipts: list[Receipt], points: Iterable[int]) -> tuple[int, int]:
    """Receipts that earned these points: without redemption, with it."""
    hits = Counter(r.redeemed for r, p in zip(receipts, points, strict=True) if r.points == p)
    return hits[False], hits[True]


def main(folder: Path, say: Callable[[str], None] = print) -> None:
    """Print the findings."""
    receipts = read_receipts(folder)
    windows = list(windows_of(receipts))
    redeemed = sum(receipt.redeemed for receipt in receipts)
    say(f"{'receipts':50} {len(receipts) - redeemed:6} {redeemed:6}   (with redemption)")
    plain = agreeing(receipts, [r.full_steps({}) for r in receipts])
    say(f"{'the grocery rules':50} {plain[0]:6} {plain[1]:6}")
    least = agreeing(receipts, [r.promoted("") for r in receipts])
    say(f"{'and no points on the least price of spirits':50} {least[0]:6} {least[1]:6}")
    full = expected(receipts, windows)
    both = agreeing(receipts, full)
    say(f"{'and promotions of one member for some days':50} {both[0]:6} {both[1]:6}")
    for promotion in LONGEST_DAYS:
        held = [w for w in windows if w.promotion == promotion and w.holds]
        once = [w for w in windows if w.promotion == promotion and w.promoted == 1]
        other = [w for w in windows if w.promotion == promotion and w not in held + once]
        say(
            f"{promotion}: {len(held)} members, {sum(w.promoted for w in held)} receipts, at most "
            f"{max(w.days for w in held)} days; one receipt only: {len(once)}; not clear: {len(other)}"
        )
    say("vodka, roubles a litre left out -> receipts without redemption that agree")
    for price in (0, 100, 200, 300, 400, 405, 408, 409, 410, 411, 415, 420, 430, 500, 600):
        tried = [r.full_steps({VODKA: price * 100}) for r in receipts]
        say(f"  {price:4} {agreeing(receipts, tried)[0]:6}")
    never = [r for r in receipts if r.has_never_counted]
    agree = sum(r.points == p for r, p in zip(receipts, full, strict=True) if r.has_never_counted)
    say(f"receipts with category {NEVER_COUNTED}: {len(never)}, of which agree: {agree}")
    rest = [(r, p) for r, p in zip(receipts, full, strict=True) if r.points != p]
    more = sum(r.points > p for r, p in rest)
    say(f"left: {len(rest)}, earned more {more}, less {len(rest) - more}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "receipts.parquet").is_file():
        sys.exit("name the folder in which receipts.parquet lies: findings.py RECEIPTS")
    main(Path(sys.argv[1]))
