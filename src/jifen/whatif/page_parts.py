"""What the sections of a page are made of, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from jifen.programme.amounts import Language, in_language
from jifen.whatif.charts import difference_bar
from jifen.whatif.page_words import number, signed, word
from jifen.whatif.report import Both, CurrencyTotal, Report
from jifen.wording import Said, verbatim

SIDES = ("published", "draft", "difference")


class Parts:
    """Words, tables and keys for a report; of one document alone without what would compare."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report, self.language = report, language
        self.total = report.total(report.main)
        self.scale = self.total.scale
        self.name = in_language(self.total.name, language)

    def word(self, name: str, **values: str) -> str:
        return word(name, self.language, **values)

    def said(self, said: Said) -> str:
        return escape(said.zh if self.language == "zh" else said.en)

    def of(self, what: str, value: str) -> str:
        return self.said(verbatim(value).of(what))

    def section(self, title: str, content: str) -> str:
        return f"<section><h2>{escape(self.word(title))}</h2>{content}</section>"

    def key(self, *entries: tuple[str, str] | tuple[str, str, int]) -> str:
        """What colours mean: kind, word and, if there is one, a count."""
        said = "".join(
            f'<span><i class="{kind}"></i>{escape(self.word(name))}{"".join(f" {number(n)}" for n in rest)}</span>'
            for kind, name, *rest in entries
        )
        return f'<div class="key">{said}</div>'

    def cells(self, both: Both, widest: int, of: CurrencyTotal | None = None) -> list[str]:
        """Published, draft, a bar, the difference; of one document its figure. Of the main currency unless said."""
        scale = (of or self.total).scale
        if self.report.alone:
            return [number(both.draft, scale)]
        return [
            number(both.published, scale),
            number(both.draft, scale),
            difference_bar(both.difference, widest),
            coloured(both.difference, scale),
        ]

    def narrow(self, both: Both, of: CurrencyTotal | None = None) -> str:
        """What the columns that a phone has no room for would say."""
        if self.report.alone:
            return ""
        return f'<span class="narrow">{both_sides(both, (of or self.total).scale)}</span>'

    def table(
        self, title: str, rows: Sequence[Sequence[str]], of: CurrencyTotal | None = None
    ) -> str:
        """Rows of `cells` behind a first one under this title; the bar stands before the last, without a title."""
        name = in_language((of or self.total).name, self.language)
        sides = (name,) if self.report.alone else tuple(self.word(side) for side in SIDES)
        heads = [escape(self.word(title)), *(escape(side) for side in sides)]
        if not self.report.alone:
            heads.insert(-1, "")
        kinds = ("", "") if self.report.alone else ("", "wide", "wide", "bar", "")
        return plain_table(heads, rows, kinds)


def plain_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[str] | None = None
) -> str:
    """A table of HTML cells. `kinds`: the class of each column."""

    def cells(tag: str, row: Sequence[str]) -> Iterator[str]:
        for cell, kind in zip(row, kinds or [""] * len(row), strict=True):
            yield f'<{tag} class="{kind}">{cell}</{tag}>' if kind else f"<{tag}>{cell}</{tag}>"

    body = "".join(f"<tr>{''.join(cells('td', row))}</tr>" for row in rows)
    return f"<table><tr>{''.join(cells('th', heads))}</tr>{body}</table>"


def both_sides(both: Both, scale: int) -> str:
    """`1,200 → 1,350`."""
    return f"{number(both.published, scale)} → {number(both.draft, scale)}"


def coloured(difference: int, scale: int) -> str:
    """`+150`, in the colour of a gain."""
    kind = "up" if difference > 0 else "down" if difference < 0 else "quiet"
    return f'<span class="{kind}">{signed(difference, scale)}</span>'
