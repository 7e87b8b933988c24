"""A ledger in which every single point is a thing of its own.

It knows no lots that are reduced, no due instants and no sums: a point is a dictionary with a state, and time visits
every instant at which something could happen.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jifen.ledger.records import Difference, Grant

START = 1_760_000_000_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDERS: tuple[Literal["soonest_expiry", "oldest_earned"], ...] = ("soonest_expiry", "oldest_earned")
"""The spending order of each currency, by its number."""

CEILINGS = (2, 30)
"""What is forgiven of each currency where it cannot be taken back."""

FEES = (0, 2)
"""What using points of each currency costs besides."""

Point = dict[str, Any]


class Reference:
    """One member's points, each one a dictionary: lot, event, currency, funder, earned, available, expires, state.

    States: free, held (by a hold), spent, expired, reversed, repaid, collected.
    """

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.debt: Counter[int] = Counter()
        self.forgiven: Counter[int] = Counter()
        self.written: list[dict[str, int]] = []
        self.lifetime: Counter[int] = Counter()
        self.reversed: Counter[int] = Counter()
        self.holds: dict[str, dict[str, Any]] = {}
        self.extended: dict[int, tuple[int, int | None]] = {}
        self.now = START

    def end(self, point: Point) -> int:
        """When a point ends: as granted, or later where activity brought its account life until an instant, though
        not beyond so many full days after it was earned (None: without end)."""
        if point["currency"] not in self.extended:
            return int(point["expires"])
        until, most = self.extended[point["currency"]]
        if most is not None:
            earned = dt.datetime.fromtimestamp(point["earned"] / 1_000_000, SHANGHAI)
            midnight = earned.replace(hour=0, minute=0, second=0, microsecond=0)
            longest = midnight + dt.timedelta(days=most + 1)
            until = min(until, int(longest.timestamp()) * 1_000_000)
        return max(int(point["expires"]), until)

    def chosen(self, now: int | None = None, **wanted: Any) -> list[Point]:
        """The points that are so, in spending order; usable at `now` if given."""
        found = [
            point
            for point in self.points
            if all(point[name] == value for name, value in wanted.items())
            and (now is None or point["available"] <= now < self.end(point))
        ]
        if ORDERS[wanted["currency"]] == "oldest_earned":
            return sorted(found, key=lambda point: (point["earned"], point["lot"]))
        return sorted(found, key=lambda point: (self.end(point), point["earned"], point["lot"]))

    def let_pass(self, until: int) -> None:
        instants = {held["deadline"] for held in self.holds.values()}
        instants |= {point["available"] for point in self.points}
        instants |= {self.end(point) for point in self.points}
        for instant in sorted({until} | {at for at in instants if self.now <= at <= until}):
            self.at(instant)
        self.now = until

    def at(self, now: int) -> None:
        for hold_id, held in self.holds.items():
            if held["open"] and held["deadline"] <= now:
                self.close(hold_id)
        for point in self.points:
            if point["state"] == "free" and self.end(point) <= now:
                owed = point["new"] and point["available"] < self.end(point)
                pays = owed and self.debt[point["currency"]] > 0
                point["state"] = "repaid" if pays else "expired"
                self.debt[point["currency"]] -= pays
            point["new"] = False
        for currency in range(len(ORDERS)):
            for point in self.chosen(now, currency=currency, state="free"):
                if self.debt[currency]:
                    point["state"] = "repaid"
                    self.debt[currency] -= 1

    def close(self, hold_id: str) -> None:
        self.holds[hold_id]["open"] = False
        for point in self.points:
            if point["state"] == "held" and point["hold"] == hold_id:
                point["state"], point["hold"] = "free", None

    def grant(self, lot: tuple[int, int], event: int, given: Grant) -> None:
        for _ in range(given.points):
            self.points.append(
                {
                    "lot": lot,
                    "event": event,
                    "currency": given.currency,
                    "funder": given.funder,
                    "earned": given.earned_at,
                    "available": given.available_at,
                    "expires": given.expires_at,
                    "state": "free",
                    "hold": None,
                    "use": None,
                    "new": True,
                }
            )
        self.lifetime[given.currency] += given.points

    def use(
        self, currency: int, points: int, state: str, name: str | None = None, fee: int = 0
    ) -> bool:
        """Take points that are free, for a hold or spend of that name, and those that it costs."""
        usable = self.chosen(self.now, currency=currency, state="free")
        if len(usable) - self.debt[currency] < points + fee:
            return False
        for point in usable[points : points + fee]:
            point["state"] = state
            point["hold"] = name if state == "held" else None
        for place, point in enumerate(usable[:points]):
            point["state"] = state
            point["hold" if state == "held" else "use"] = name
            point["place"] = place
        return True

    def give_back(self, use: str, of: int, points: int) -> bool:
        """Free points that a use of that name took, last taken first; but collect what was forgiven since command
        `of`, which used them."""
        used = [p for p in self.points if p["state"] == "spent" and p["use"] == use]
        if not 0 < points <= len(used):
            return False
        currency = used[0]["currency"]
        lots = set()
        for point in sorted(used, key=lambda point: -point["place"])[:points]:
            point["state"], point["use"] = "free", None
            lots.add(point["lot"])
        for written in self.written:
            back = 0
            if written["currency"] == currency and written["seq"] > of:
                back = min(points, written["points"])
            free = self.chosen(currency=currency, state="free")
            for point in [point for point in free if point["lot"] in lots][:back]:
                point["state"] = "collected"
            written["points"] -= back
            self.forgiven[currency] -= back
            points -= back
        return True

    def revive(self, currency: int, points: int, since: int, anew: int, expires: int) -> bool:
        """Free expired points, last ended first; those of each lot become a lot of command `anew`."""
        ended = [
            p for p in self.chosen(currency=currency, state="expired") if p["expires"] >= since
        ]
        if not 0 < points <= len(ended):
            return False
        ended.sort(key=lambda p: (-p["expires"], p["earned"], p["lot"]))
        events = list(dict.fromkeys(point["event"] for point in ended[:points]))
        chosen = sorted(ended[:points], key=lambda point: events.index(point["event"]))
        lots = list(dict.fromkeys(point["lot"] for point in chosen))
        for point in chosen:
            point.update(state="free", expires=expires, lot=(anew, lots.index(point["lot"])))
        return True

    def renew(self, lot: tuple[int, int], anew: tuple[int, int], **terms: int) -> None:
        """Let the free points of a lot be of another one, with other terms."""
        for point in self.points:
            if point["state"] == "free" and point["lot"] == lot:
                point.update(terms, lot=anew)

    def take_back(
        self, difference: Difference, lots_of_set: set[tuple[int, int]], seq: int
    ) -> None:
        currency, event = difference.currency, difference.event_seq
        free = self.chosen(currency=currency, state="free")
        own = self.chosen(currency=currency, event=event)
        kind = difference.funder, difference.available_at, difference.expires_at
        own.sort(key=lambda p: (p["funder"], p["available"], p["expires"]) != kind)
        candidates = [point for point in own if point["state"] == "free"]
        candidates += [point for point in own if point["state"] == "expired"]
        candidates += [point for point in free if point["lot"] in lots_of_set]
        candidates += free
        left = -difference.points
        for point in candidates:
            if left and point["state"] != "reversed":
                point["state"] = "reversed"
                left -= 1
        held = len(self.chosen(currency=currency, state="held"))
        used = left - max(0, held - self.debt[currency])
        forgiven = max(0, min(used, CEILINGS[currency] - self.forgiven[currency]))
        self.forgiven[currency] += forgiven
        self.written.append({"currency": currency, "seq": seq, "points": forgiven})
        self.debt[currency] += left - forgiven
        self.lifetime[currency] += difference.points
        self.reversed[currency] -= difference.points

    def picture(self) -> object:
        return [
            {
                "debt": self.debt[currency],
                "lifetime": self.lifetime[currency],
                "reversed": self.reversed[currency],
                "spent": len(self.chosen(currency=currency, state="spent")),
                "expired": len(self.chosen(currency=currency, state="expired")),
                "free": Counter(p["lot"] for p in self.chosen(currency=currency, state="free")),
                "held": Counter(p["lot"] for p in self.chosen(currency=currency, state="held")),
            }
            for currency in range(len(ORDERS))
        ]
