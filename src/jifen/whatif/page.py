"""A replay as one page that needs nothing but itself: both languages, light and dark, on paper and phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from jifen.programme.amounts import Language, in_language
from jifen.programme.differing import Difference
from jifen.whatif.charts import months_chart, shares_bar, spread_chart
from jifen.whatif.page_lives import budgets_section, life_section
from jifen.whatif.page_parts import Parts, both_sides, coloured
from jifen.whatif.page_words import (
    change,
    cost_in,
    footnote,
    lead,
    number,
    percent,
    signed,
    verdict,
)
from jifen.whatif.report import Both, CurrencyTotal, Moved, Mover, Report, RuleTotal

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


def _with_code(said: str) -> str:
    """What is said, with the words of documents set apart."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(said))


_LANGUAGES: tuple[Language, Language] = ("zh", "en")


class _Article(Parts):
    """The page in one language."""

    def __init__(self, report: Report, changes: Sequence[Difference], language: Language) -> None:
        super().__init__(report, language)
        self.changes = changes

    def html(self) -> str:
        report = self.report
        compared = not report.alone
        parts = [
            f"<h1>{escape(verdict(report, self.language))}</h1>",
            f'<p class="quiet">{escape(lead(report, self.language))}</p>',
            self._figures() if compared else self._figures_alone(),
            self._changes() if compared else "",
            f'<div class="pair">{self._months()}{self._spread()}</div>'
            if compared
            else self._months(),
            self._rules(self.total),
            *(self._rules(other) for other in report.others),
            budgets_section(self) if report.budgets else "",
            life_section(self, report.life) if report.life else "",
            self._tiers() if report.tiers else "",
            self._groups() if report.by else "",
            '<div class="pair">'
            f"{self._movers('gaining', report.gaining)}{self._movers('losing', report.losing)}</div>"
            if compared
            else "",
            f"<footer>{_with_code(footnote(report, self.language))}</footer>",
        ]
        return f'<article class="{self.language}" lang="{self.language}">{"".join(parts)}</article>'

    def _figures(self) -> str:
        report, money = self.report, self.report.money_scale
        points, cost, members = self.total.points, report.cost, report.members
        figures = [
            (
                self.name,
                signed(points.difference, self.scale),
                f"{both_sides(points, self.scale)} · {change(points)}",
            ),
            (
                cost_in(report.money, self.language),
                signed(cost.difference, money),
                f"{both_sides(cost, money)} · {change(cost)}",
            ),
            (self.word("better"), percent(report.better, members), number(report.better)),
            (self.word("worse"), percent(report.worse, members), number(report.worse)),
        ]
        return _figures(figures)

    def _figures_alone(self) -> str:
        report, points, cost = self.report, self.total.points.draft, self.report.cost.draft
        figures = [
            (self.name, number(points, self.scale), ""),
            (cost_in(report.money, self.language), number(cost, report.money_scale), ""),
            (self.word("members"), number(report.members), ""),
        ]
        if report.life:
            outstanding = number(report.life.outstanding.draft, self.scale)
            figures.append((self.word("outstanding"), outstanding, ""))
        return _figures(figures)

    def _changes(self) -> str:
        rows = "".join(
            f'<div class="change"><span class="sign">{_SIGNS[one.kind]}</span><div>'
            + (f"<del>{self.said(one.before)}</del>" if one.before else "")
            + (f"<ins>{self.said(one.after)}</ins>" if one.after else "")
            + "</div></div>"
            for one in self.changes
        )
        return self.section("changes", rows or f"<p>{escape(self.word('nothing'))}</p>")

    def _months(self) -> str:
        title = self.word("months", of=self.name)
        chart = months_chart(
            [(month.month, month.points) for month in self.report.months],
            self.scale,
            title,
            self.word("difference"),
            self.language,
            alone=self.report.alone,
        )
        sides = () if self.report.alone else (("published", "published"), ("draft", "draft"))
        key = self.key(*sides) if sides else ""
        return f"<section><h2>{escape(title)}</h2>{key}{chart}</section>"

    def _spread(self) -> str:
        report, title = self.report, self.word("spread", of=self.name)
        key = self.key(
            ("loss", "worse", report.worse),
            ("none", "same", report.same),
            ("gain", "better", report.better),
        )
        return (
            f"<section><h2>{escape(title)}</h2>{key}"
            f"{spread_chart(report.spread, self.scale, title)}</section>"
        )

    def _rules(self, of: CurrencyTotal) -> str:
        own = [rule for rule in self.report.rules if rule.currency == of.id]
        widest = max([1, *(abs(rule.points.difference) for rule in own)])
        rows = [
            [
                f"{self.said(rule.name)}{self._sentences(rule)}<small>{self.narrow(rule.points, of)}</small>",
                *self.cells(rule.points, widest, of),
            ]
            for rule in own
        ]
        table = self.table("rule", rows, of)
        if of is self.total:
            return self.section("rules", table)
        title = self.word("rules of", of=in_language(of.name, self.language))
        return f"<section><h2>{escape(title)}</h2>{table}</section>"

    def _sentences(self, one: RuleTotal | Moved) -> str:
        """What a rule says, unless that is what it is called; where the documents differ, both words, each for its own
        figures."""
        told = self.said(one.draft) if one.draft else ""
        after = "" if told.rstrip("。.") == self.said(one.name) else told
        if one.published == one.draft or self.report.alone:
            return f'<div class="says">{after}</div>' if after else ""
        before = f"<del>{self.said(one.published)}</del>" if one.published else ""
        return f'<div class="says">{before}{f"<ins>{after}</ins>" if after else ""}</div>'

    def _tiers(self) -> str:
        tiers, report = self.report.tiers, self.report
        widest = max([1, *(abs(tier.points.difference) for tier in tiers)])
        rows = [
            [
                f"{escape(in_language(tier.name, self.language))}<br>"
                f"<small>{self._people(tier.members)} "
                f"{escape(self.word('members'))}{self.narrow(tier.points)}</small>",
                *self.cells(tier.points, widest),
            ]
            for tier in tiers
        ]
        if report.alone:
            return self.section("tiers", self.table("tier", rows))
        names = {tier.id: in_language(tier.name, self.language) for tier in tiers} | {"": "–"}
        flows = [
            f"<li>{self.of(f'{names[was]} → {names[would]}', number(count))}</li>"
            for was, would, count in report.moved_between
            if was != would
        ]
        told = (
            f"<p><small>{escape(self.word('flows'))}</small></p><ul>{''.join(flows)}</ul>"
            if flows
            else f"<p><small>{escape(self.word('no flows'))}</small></p>"
        )
        return self.section("tiers", self.table("tier", rows) + told)

    def _people(self, both: Both) -> str:
        return number(both.draft) if self.report.alone else both_sides(both, 0)

    def _groups(self) -> str:
        groups = self.report.groups
        widest = max([1, *(abs(group.points.difference) for group in groups)])
        rows = [
            [
                f"{escape(self.word('unknown') if group.value is None else group.value)}<br>"
                f"<small>{number(group.members)} {escape(self.word('members'))}{self.narrow(group.points)}</small>"
                + shares_bar(
                    [
                        ("loss", group.worse),
                        ("none", group.members - group.better - group.worse),
                        ("gain", group.better),
                    ]
                ),
                *self.cells(group.points, widest),
            ]
            for group in groups
        ]
        title = self.word("groups", fact=self.report.by or "")
        return f"<section><h2>{escape(title)}</h2>{self.table('members', rows)}</section>"

    def _movers(self, title: str, movers: Sequence[Mover]) -> str:
        told = "".join(self._mover(mover) for mover in movers)
        return self.section(title, told or f"<p>{escape(self.word('nobody'))}</p>")

    def _mover(self, mover: Mover) -> str:
        reasons = "".join(
            f"<li>{coloured(moved.points.difference, self.scale)} {self.said(moved.name)}"
            f" <small>{both_sides(moved.points, self.scale)}</small>{self._sentences(moved)}</li>"
            for moved in mover.by
        )
        if mover.tier_published != mover.tier_draft:
            names = {t.id: in_language(t.name, self.language) for t in self.report.tiers} | {
                "": "–"
            }
            was, would = names[mover.tier_published or ""], names[mover.tier_draft or ""]
            reasons += f"<li>{self.of(self.word('tier'), f'{was} → {would}')}</li>"
        return (
            f"<details><summary><span>{escape(mover.member)}</span>"
            f'<span class="quiet wide">{both_sides(mover.points, self.scale)}</span>'
            f"{coloured(mover.points.difference, self.scale)}</summary><ul>{reasons}</ul></details>"
        )


def _figures(figures: Sequence[tuple[str, str, str]]) -> str:
    """The great numbers: what of, the number, and what else there is to say."""
    return '<div class="figures">' + "".join(
        f"<div><small>{escape(name)}</small><b>{big}</b><small>{small}</small></div>"
        for name, big, small in figures
    ) + "</div>"  # fmt: skip
