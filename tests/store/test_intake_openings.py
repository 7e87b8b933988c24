"""A file of members of a former system: points, past and tier as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.db.connection import connect
from jifen.enquiry.member import MemberView, member_view
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import MappingError, load_mapping
from jifen.intake.files.problems import FileProblem
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.proof.proving import prove

EXAMPLE = Path(__file__).parents[2] / "examples" / "former-system"
NOW = 1_768_000_000_000_000  # 2026-01-10
DOCUMENT = """
programme: moved
name: Moved
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: points, expiry: {rolling: 12 months}}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: often, on: purchase, when: "count('purchase', 'lifetime') > 30", give: 1 points}
tiers:
  measure: amount
  window: calendar year
  down: {at: period_end, to: highest_kept}
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 1000}, {id: gold, reach: 5000}]
"""


def bank(connection: psycopg.Connection[Any]) -> OpenProgramme:
    return create_programme(connection, DOCUMENT, test_now=NOW, now=NOW, actor="owner")


def imported(
    connection: psycopg.Connection[Any], programme: OpenProgramme, file: Path, folder: Path
) -> ImportReport:
    return import_file(
        connection, programme, load_mapping(EXAMPLE / "mapping.yaml"), file,
        now=NOW, actor="import", rejects_path=folder / "rejects.csv",
    )  # fmt: skip


def test_members_come_as_they_were(database_url: str, tmp_path: Path) -> None:
    with connect(database_url) as connection:
        programme = bank(connection)
        report = imported(connection, programme, EXAMPLE / "customers.csv", tmp_path)
        assert (report.openings, report.events, dict(report.rejected)) == (3, 0, {})

        def seen(card: str) -> MemberView:
            return member_view(connection, programme, card, NOW)

        first, second, third = seen("1001"), seen("1002"), seen("1003")
        assert [lot.remaining for lot in first.currencies["points"].lots] == [45, 320]
        assert first.joined_at.date().isoformat() == "2019-03-08"
        assert first.tier is not None
        assert (first.tier.id, str(first.tier.until)) == ("silver", "2026-06-30")
        assert second.currencies["points"].lots == []
        assert second.tier is not None
        assert second.tier.id == "basic"
        assert third.tier is not None
        assert third.tier.id == "gold"
        assert prove(connection, programme).holds


def test_a_row_that_cannot_be_is_handed_back_and_may_come_again(
    database_url: str, tmp_path: Path
) -> None:
    header, *rows = (EXAMPLE / "customers.csv").read_text().splitlines()
    file = tmp_path / "customers.csv"
    wrong = rows[0].replace("2026-06-30", "2026-06-31")
    file.write_text("\n".join([header, wrong, rows[1], rows[2] + ",more"]))
    with connect(database_url) as connection:
        programme = bank(connection)
        report = imported(connection, programme, file, tmp_path)
        assert (report.openings, dict(report.rejected)) == (1, {"malformed": 1, "ragged": 1})
        assert "/tier/until" in (tmp_path / "rejects.csv").read_text()
        again = imported(connection, programme, EXAMPLE / "customers.csv", tmp_path)
        assert (again.openings, again.replayed) == (2, 1)


def test_a_second_opening_is_handed_back(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text((EXAMPLE / "customers.csv").read_text().replace("320", "321"))
    with connect(database_url) as connection:
        programme = bank(connection)
        imported(connection, programme, EXAMPLE / "customers.csv", tmp_path)
        report = imported(connection, programme, file, tmp_path)
        assert dict(report.refused) == {"conflict": 1}


def test_what_is_known_of_members_comes_with_them(database_url: str, tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.yaml", tmp_path / "customers.csv"
    mapping.write_text(
        "enrol: true\nbirthday: born\nfacts: {city: {column: town, values: {SH: Shanghai}}}\n"
        "opening: {member: {column: card}, occurred_at: 2026-01-01, lots: [{points: {column: points}}]}\n"
    )
    rows = ["card,points,born,town", "1,10,1990-05-17,SH", "2,20,,Suzhou", "3,30,1990-13-01,SH"]
    file.write_text("\n".join(rows))
    with connect(database_url) as connection:
        document = DOCUMENT + "facts: {city: text}\n"
        programme = create_programme(connection, document, test_now=NOW, now=NOW, actor="owner")

        def read() -> ImportReport:
            return import_file(
                connection, programme, load_mapping(mapping), file,
                now=NOW, actor="import", rejects_path=tmp_path / "rejects.csv",
            )  # fmt: skip

        report = read()
        assert (report.openings, dict(report.rejected)) == (2, {"malformed": 1})
        assert "/birthday" in (tmp_path / "rejects.csv").read_text()
        first, second = (member_view(connection, programme, card, NOW) for card in "12")
        assert first.facts == {"birthday": "1990-05-17", "city": "Shanghai"}
        assert second.facts == {"city": "Suzhou"}
        mapping.write_text(mapping.read_text().replace("facts: {city", "facts: {ctiy"))
        with pytest.raises(FileProblem, match=r"declares no 'ctiy' \(did you mean 'city'"):
            read()
        assert prove(connection, programme).holds


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("opening: {member: a}\nbirthday: {values: {a: b}}", "must name a column"),
        ("opening: {member: {column: card, vlues: {}}}", "a cell has no 'vlues'"),
        ("opening: {member: {column: ''}}", "must not be empty"),
        ("opening: {member: a}\nevent: purchase", "unknown key 'event'"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(tmp_path: Path, written: str, said: str) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(written)
    with pytest.raises(MappingError, match=said):
        load_mapping(mapping)


def test_a_column_that_is_not_there_is_named(database_url: str, tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.yaml", tmp_path / "customers.csv"
    mapping.write_text("opening:\n  member: {column: cardd}\n")
    file.write_text("card\n1\n")
    with connect(database_url) as connection:
        programme = bank(connection)
        with pytest.raises(FileProblem, match="no column"):
            import_file(
                connection, programme, load_mapping(mapping), file,
                now=NOW, actor="import", rejects_path=tmp_path / "rejects.csv",
            )  # fmt: skip
