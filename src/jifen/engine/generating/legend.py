"""What the places of state and answer hold, as comments in front of `step`."""

from __future__ import annotations

from jifen.engine.generating.names import clean
from jifen.engine.generating.source import Source


def legend(source: Source) -> list[str]:
    """Comment lines, made of checked names and numbers only."""
    lines = ["# state"]
    for counter in source.layout.counters:
        first = source.layout.place(counter)
        count = len(counter.cells)
        places = f"{first}" if count == 1 else f"{first}-{first + count - 1}"
        cells = " (last period, sum, cells)" if counter.size else " (period, value)"
        lines.append(
            f"#   {places:>7}  {_checked(counter.meaning.removesuffix(' lifetime'))}{cells if count > 1 else ''}"
        )
    lines += ["# out", "#         0  tier", "#         1  tier before", "#         2  amount"]
    out = source.out
    for slot in source.slots:
        places = f"{out.before(slot.index)}, {out.after(slot.index)}"
        lines.append(f"#   {places:>7}  {_checked(slot.name)} before and after limits")
    for number, rule in enumerate(source.programme.rules):
        lines.append(f"#   {out.reason(number):>7}  {_checked(rule.id)}: reason")
    return lines


def _checked(text: str) -> str:
    """The text if all its words are plain names or numbers."""
    words = text.replace(":", " ").split(" ")
    plain = [word if word.isdecimal() and word.isascii() else clean(word, "") for word in words]
    return " ".join(plain) if all(plain) else "?"
