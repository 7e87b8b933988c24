"""The local days of a programme, each instant looked up once."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from jifen.instants import local_day_of, month_of_day, start_of_day


class Days(dict[int, tuple[int, int]]):
    """The local day and month of an instant, by the instant."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, instant: int) -> tuple[int, int]:
        day = local_day_of(instant, self.zone)
        found = self[instant] = day, month_of_day(day)
        return found

    def midnight_before(self, instant: int) -> int:
        """The first instant of the day of an instant."""
        return start_of_day(self[instant][0], self.zone)
