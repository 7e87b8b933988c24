"""A replay as one page that needs nothing but itself: both languages, light and dark, on paper and phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from jifen.programme.amounts import Language, in_language
from jifen.programme.differing import Difference
from jifen.whatif.charts import difference_bar, months_chart, shares_bar, spread_chart
from jifen.whatif.page_words import change, lead, number, percent, signed, verdict, word
from jifen.whatif.report import Both, Mover, Report
from jifen.wording import Said, verbatim

_SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}


def page(report: Report, changes: Sequence[Difference], language: Language) -> str:
    """The document as HTML. `language` is the one that shows first."""
    style = files("jifen.whatif").joinpath("page.css").read_text("utf-8")
    buttons = "".join(
        f'<input type="radio" name="language" id="{code}"{" checked" if code == language else ""}>'
        f'<label for="{code}">{name}</label>'
        for code, name in (("zh", "中文"), ("en", "English"))
    )
    articles = "".join(_Article(report, changes, code).html() for code in _LANGUAGES)
    name = f"{report.name.zh} · {report.name.en}"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(name)}</title><style>{style}</style><body><main>"
        f"<header><span>{escape(name)}</span><nav>{buttons}</nav></header>{articles}</main>"
    )


_LANGUAGES: tuple[Language, Language] = ("zh", "en")


class _Article:
    """The page in one language."""

    def __init__(self, report: Report, changes: Sequence[Difference], language: Language) -> None:
        self.report, self.changes, self.language = report, changes, language
        total = report.total(report.main)
        self.total, self.scale = total, total.scale
        self.name = in_language(total.name, language)

    def html(self) -> str:
        report = self.report
        parts = [
            f"<h1>{escape(verdict(report, self.language))}</h1>",
            f'<p class="quiet">{escape(lead(report, self.language))}</p>',
            self._figures(),
            self._changes(),
            f'<div class="pair">{self._months()}{self._spread()}</div>',
            self._rules(),
            self._tiers() if report.tiers else "",
            self._groups() if report.by else "",
            '<div class="pair">'
            f"{self._movers('gaining', report.gaining)}{self._movers('losing', report.losing)}</div>",
            f"<footer>{escape(self._word('footnote'))}</footer>",
        ]
        return f'<article class="{self.language}" lang="{self.language}">{"".join(parts)}</article>'

    def _word(self, name: str, **values: str) -> str:
        return word(name, self.language, **values)

    def _said(self, said: Said) -> str:
        return escape(said.zh if self.language == "zh" else said.en)

    def _of(self, what: str, value: str) -> str:
        return self._said(verbatim(value).of(what))

    def _figures(self) -> str:
        report, money = self.report, self.report.money_scale
        points, cost, members = self.total.points, report.cost, report.members
        figures = [
            (
                self.name,
                signed(points.difference, self.scale),
                f"{_both(points, self.scale)} · {change(points)}",
            ),
            (
                f"{self._word('cost')} ({report.money})",
                signed(cost.difference, money),
                f"{_both(cost, money)} · {change(cost)}",
            ),
            (self._word("better"), percent(report.better, members), number(report.better)),
            (self._word("worse"), percent(report.worse, members), number(report.worse)),
        ]
        return '<div class="figures">' + "".join(
            f"<div><small>{escape(name)}</small><b>{big}</b><small>{small}</small></div>"
            for name, big, small in figures
        ) + "</div>"  # fmt: skip

    def _changes(self) -> str:
        rows = "".join(
            f'<div class="change"><span class="sign">{_SIGNS[one.kind]}</span><div>'
            + (f"<del>{self._said(one.before)}</del>" if one.before else "")
            + (f"<ins>{self._said(one.after)}</ins>" if one.after else "")
            + "</div></div>"
            for one in self.changes
        )
        return self._section("changes", rows or f"<p>{escape(self._word('nothing'))}</p>")

    def _months(self) -> str:
        title = self._word("months", of=self.name)
        chart = months_chart(
            self.report.months, self.scale, title, self._word("difference"), self.language
        )
        key = self._key(("published", "published"), ("draft", "draft"))
        return f"<section><h2>{escape(title)}</h2>{key}{chart}</section>"

    def _spread(self) -> str:
        report, title = self.report, self._word("spread", of=self.name)
        key = self._key(
            ("loss", "worse", report.worse),
            ("none", "same", report.same),
            ("gain", "better", report.better),
        )
        return (
            f"<section><h2>{escape(title)}</h2>{key}"
            f"{spread_chart(report.spread, self.scale, title)}</section>"
        )

    def _key(self, *entries: tuple[str, str] | tuple[str, str, int]) -> str:
        said = "".join(
            f'<span><i class="{kind}"></i>{escape(self._word(name))}{"".join(f" {number(n)}" for n in rest)}</span>'
            for kind, name, *rest in entries
        )
        return f'<div class="key">{said}</div>'

    def _rules(self) -> str:
        own = [rule for rule in self.report.rules if rule.currency == self.report.main]
        widest = max([1, *(abs(rule.points.difference) for rule in own)])
        rows = [
            [
                f"{self._said(rule.said)}<br><small>{escape(rule.id)}{self._narrow(rule.points)}</small>",
                *self._cells(rule.points, widest),
            ]
            for rule in own
        ]
        return self._section("rules", self._table(["rule", *_SIDES], rows))

    def _cells(self, both: Both, widest: int) -> list[str]:
        """Published, draft, a bar, the difference."""
        return [
            number(both.published, self.scale),
            number(both.draft, self.scale),
            difference_bar(both.difference, widest),
            _coloured(both.difference, self.scale),
        ]

    def _narrow(self, both: Both) -> str:
        """What the columns that a phone has no room for would say."""
        return f'<span class="narrow"> · {_both(both, self.scale)}</span>'

    def _tiers(self) -> str:
        tiers, report = self.report.tiers, self.report
        widest = max([1, *(abs(tier.points.difference) for tier in tiers)])
        rows = [
            [
                f"{escape(in_language(tier.name, self.language))}<br>"
                f"<small>{number(tier.members.published)} → {number(tier.members.draft)} "
                f"{escape(self._word('members'))}{self._narrow(tier.points)}</small>",
                *self._cells(tier.points, widest),
            ]
            for tier in tiers
        ]
        names = {tier.id: in_language(tier.name, self.language) for tier in tiers} | {"": "–"}
        flows = [
            f"<li>{self._of(f'{names[was]} → {names[would]}', number(count))}</li>"
            for was, would, count in report.moved_between
            if was != would
        ]
        told = (
            f"<p><small>{escape(self._word('flows'))}</small></p><ul>{''.join(flows)}</ul>"
            if flows
            else f"<p><small>{escape(self._word('no flows'))}</small></p>"
        )
        return self._section("tiers", self._table(["tier", *_SIDES], rows) + told)

    def _groups(self) -> str:
        groups = self.report.groups
        widest = max([1, *(abs(group.points.difference) for group in groups)])
        rows = [
            [
                f"{escape(self._word('unknown') if group.value is None else group.value)}<br>"
                f"<small>{number(group.members)} {escape(self._word('members'))}{self._narrow(group.points)}</small>"
                + shares_bar(
                    [
                        ("loss", group.worse),
                        ("none", group.members - group.better - group.worse),
                        ("gain", group.better),
                    ]
                ),
                *self._cells(group.points, widest),
            ]
            for group in groups
        ]
        title = self._word("groups", fact=self.report.by or "")
        return (
            f"<section><h2>{escape(title)}</h2>{self._table(['members', *_SIDES], rows)}</section>"
        )

    def _movers(self, title: str, movers: Sequence[Mover]) -> str:
        told = "".join(self._mover(mover) for mover in movers)
        return self._section(title, told or f"<p>{escape(self._word('nobody'))}</p>")

    def _mover(self, mover: Mover) -> str:
        reasons = "".join(
            f"<li>{_coloured(moved.points.difference, self.scale)} {self._said(moved.said)}</li>"
            for moved in mover.by
        )
        if mover.tier_published != mover.tier_draft:
            names = {t.id: in_language(t.name, self.language) for t in self.report.tiers} | {
                "": "–"
            }
            was, would = names[mover.tier_published or ""], names[mover.tier_draft or ""]
            reasons += f"<li>{self._of(self._word('tier'), f'{was} → {would}')}</li>"
        return (
            f"<details><summary><span>{escape(mover.member)}</span>"
            f'<span class="quiet wide">{_both(mover.points, self.scale)}</span>'
            f"{_coloured(mover.points.difference, self.scale)}</summary><ul>{reasons}</ul></details>"
        )

    def _section(self, title: str, content: str) -> str:
        return f"<section><h2>{escape(self._word(title))}</h2>{content}</section>"

    def _table(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """The bar stands before the last column, without a title."""
        heads = [escape(self._word(title)) for title in titles]
        return "<table><tr>" + "".join(_row("th", [*heads[:-1], "", heads[-1]])) + "</tr>" + "".join(
            f"<tr>{''.join(_row('td', row))}</tr>" for row in rows
        ) + "</table>"  # fmt: skip


_SIDES = ("published", "draft", "difference")


def _row(tag: str, cells: Sequence[str]) -> Iterator[str]:
    for place, cell in enumerate(cells):
        kind = ("", "wide", "wide", "bar", "")[place]
        yield f'<{tag} class="{kind}">{cell}</{tag}>' if kind else f"<{tag}>{cell}</{tag}>"


def _both(both: Both, scale: int) -> str:
    return f"{number(both.published, scale)} → {number(both.draft, scale)}"


def _coloured(difference: int, scale: int) -> str:
    kind = "up" if difference > 0 else "down" if difference < 0 else "quiet"
    return f'<span class="{kind}">{signed(difference, scale)}</span>'
