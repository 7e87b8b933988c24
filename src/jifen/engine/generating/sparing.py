"""Tiers on which idleness ends no points, in the generated source: every day on one keeps them alive like a deed."""

from __future__ import annotations

from jifen.engine.generating.source import Source, indented
from jifen.engine.needs import spared_counter


def spared_until(source: Source, last: str) -> list[str]:
    """Before a tier's period is over: its last day was one on the tier."""
    lines: list[str] = []
    for active, _, least in _spared(source):
        if least is not None:
            lines += [f"if rank >= {least} and {active} < {last}:", f"    {active} = {last}"]
    return lines


def keep_spared(source: Source) -> list[str]:
    """Behind everything else: the present day, where `rank` spares, and that it does.

    Bought and given tiers that are over count up to their last day. What an earlier version spared, and this one does
    not, lives on as if the event were a deed.
    """
    lines: list[str] = []
    for active, spared, least in _spared(source):
        today = [f"{spared} = 1", f"if {active} < day:", f"    {active} = day"]
        if least is None:
            lines += [f"if {spared} == 1:", *indented([f"{active} = day", f"{spared} = 0"])]
            continue
        for floor in _floors(source, least):
            lines += [f"if {active} < {floor} < day:", f"    {active} = {floor}"]
        lines += [f"if rank >= {least}:", *indented(today), "else:", f"    {spared} = 0"]
    return lines


def _spared(source: Source) -> list[tuple[str, str, int | None]]:
    """Of each currency that any version spares: where its last day of life is kept, and whether it is spared; from
    which rank on this version does."""
    layout = source.layout
    leasts = {
        currency.id: source.ranks[currency.extension.spares[0]]
        for currency in source.programme.currencies
        if currency.extension and currency.extension.spares
    }
    return [
        (
            f"state[{layout.place(counter)}]",
            f"state[{layout.place(spared_counter(counter))}]",
            leasts.get(counter.of.partition(" ")[0]),
        )
        for counter in layout.counters
        if counter.kind == "last active" and spared_counter(counter) in layout
    ]


def _floors(source: Source, least: int) -> list[str]:
    """Where the last days of bought and given tiers stand that spare."""
    return [
        f"state[{source.layout.place(counter)}]"
        for counter in source.layout.counters
        if counter.kind == "floor" and source.ranks.get(counter.of, 0) >= least
    ]
