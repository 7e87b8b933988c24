"""Printing: lines for people, JSON for machines, instants in the programme's zone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import say, spoken
from jifen.cli.tables import grouped
from jifen.instants import NEVER, moment_of
from jifen.money import decimal_text

if TYPE_CHECKING:
    import msgspec

    from jifen.programme.model import Currency, Programme
    from jifen.programme.saying.naming import Name


def lines(text: Iterable[str]) -> None:
    """Print lines for people."""
    for line in text:
        click.echo(line)


def secret(written: str) -> None:
    """Print what is not shown again: by itself, so that a program can take it, and what to do with it beside."""
    click.echo(written)
    click.echo(
        say("Keep it safe: it is not shown again.", "请妥善保存：此密钥不会再次显示。"), err=True
    )


def as_json(value: Any) -> None:
    """Print JSON: decimals as text, times in ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def as_struct(value: msgspec.Struct | Mapping[str, msgspec.Struct]) -> None:
    """Print a struct, or several by their names, as JSON, times in ISO 8601."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def named(name: Name) -> str:
    """A name in the spoken language."""
    return say(name.en, name.zh)


def amount(value: int, scale: int) -> str:
    """An integer in smallest units for people: `1,234.50`."""
    return grouped(decimal_text(value, scale))


def several(points: Mapping[str, int], programme: Programme, *, signed: bool = False) -> str:
    """Points by currency id, in words: `+1,050 points, 20 growth`; in document order."""
    from jifen.programme.amounts import of_currency

    parts = []
    for currency in programme.currencies:
        if currency.id in points:
            number = amount(points[currency.id], currency.scale)
            sign = "+" if signed and points[currency.id] > 0 else ""
            parts.append(of_currency(currency, f"{sign}{number}", spoken()))
    return say(", ", "，").join(parts)


def as_shown(currency: Currency, points: int) -> str:
    """A balance as people see it: with the decimals that its currency shows, which may be fewer than it keeps."""
    from jifen.programme.amounts import show_points

    return grouped(show_points(currency, points))


def time_text(instant: int, zone: tzinfo) -> str:
    """A moment in the programme's zone, to the minute."""
    if instant == NEVER:
        return say("never", "永不")
    return f"{moment_of(instant, zone):%Y-%m-%d %H:%M}"


def last_day_of(end: datetime | None) -> str:
    """The last day on which what ends at a moment can be used."""
    return f"{end - timedelta(microseconds=1):%Y-%m-%d}" if end else say("never", "永不")


def iso(instant: int, zone: tzinfo) -> str | None:
    """A moment for machines; None for never."""
    return None if instant == NEVER else moment_of(instant, zone).isoformat()


class Progress:
    """A bar on a terminal; on anything else one line, so that logs stay readable."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.shown = sys.stderr.isatty()
        if not self.shown:
            click.echo(f"{title} …", err=True)

    def tell(self, share: float, detail: str) -> None:
        """Draw the bar at a share of the work, 0 to 1."""
        if not self.shown:
            return
        full = round(30 * min(max(share, 0.0), 1.0))
        bar = "█" * full + "░" * (30 - full)
        click.echo(f"\r{self.title}  {bar} {share:4.0%}  {detail}\x1b[K", err=True, nl=False)

    def done(self) -> None:
        """Take the bar away."""
        if self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)
