"""What the command `jifen` prints, answers and leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from jifen.cli import doctoring
from jifen.cli.root import run
from jifen.db.connection import connect

Jifen = Callable[..., str]

PURCHASES = """\
date,order,customer,total
2026-01-05 10:00,o1,ann,60.00
2026-01-06 11:00,o2,ann,25.50
2026-01-06 12:00,o3,bob,-1.00
"""
MAPPING = """\
time: {column: date, timezone: Asia/Shanghai}
event: purchase
id: order
member: customer
enrol: true
fields: {amount: total}
"""


@pytest.fixture
def imported(club: Jifen, tmp_path: Path) -> Jifen:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(PURCHASES, encoding="utf-8")
    club("import", str(tmp_path / "mapping.yaml"), str(tmp_path / "orders.csv"), code=1)
    return club


def test_help_names_every_command_in_both_languages(jifen: Jifen) -> None:
    assert "Prove every balance from history." in jifen("--help")
    assert "用历史证明每一个余额。" in jifen("--lang", "zh", "--help")
    assert "Balances" in jifen("member", "--help")


def loaded_by(arguments: list[str], heavy: set[str]) -> str:
    """Runs a command line in a process of its own; which of the modules it has loaded by then, or what went wrong."""
    code = (
        "import sys\n"
        "from jifen.cli.root import run\n"
        f"assert run({arguments!r}) == 0\n"
        f"print(sorted({heavy!r} & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stderr.strip()


def test_help_costs_no_database_and_no_engine() -> None:
    heavy = {"psycopg", "yaml", "msgspec", "numpy", "pyarrow", "numba"}
    assert loaded_by(["--help"], heavy) == "[]"


def test_a_members_page_loads_only_what_it_shows(club: Jifen) -> None:
    """It writes nothing, imports nothing, plans nothing; and where nothing is wrong, nothing close is looked for."""
    club("member", "enrol", "ann")
    rooms = (
        "whatif", "stories", "proof", "intake.files", "intake.undoing.correcting", "intake.lanes",
        "intake.submitting", "programme.schema.document", "programme.lints.findings", "programme.differing",
        "programme.sentences", "programme.saying.wording_en", "programme.saying.wording_zh",
        "engine.explaining.explain",
    )  # fmt: skip
    heavy = {"numpy", "pyarrow", "numba", "difflib", *(f"jifen.{room}" for room in rooms)}
    assert loaded_by(["member", "show", "ann"], heavy) == "[]"


def test_a_document_is_counted_as_its_author_wrote_it(jifen: Jifen) -> None:
    assert jifen("programme", "validate", "coffee-club").splitlines() == [
        "coffee-club: fine (8 rules, 3 tiers)"  # a promise for friends is one of them
    ]


def test_a_second_programme_is_read_back_by_its_name(club: Jifen) -> None:
    said = club("init", "--programme", "hotel").splitlines()[-1]
    shown = said.split("`")[1].removeprefix("jifen ").split()
    assert club(*shown).startswith("Inn Circle (hotel)")


def test_a_correction_that_has_no_end_is_said_to_begin(club: Jifen, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        club("programme", "templates", "coffee-club").replace("20 points", "30 points")
    )
    opened = club("programme", "correct", str(draft), "--from", "2026-01-15")
    assert opened.startswith("Open: a corrected version from 2026-01-15 00:00 on. It touches")
    assert club("programme", "correct", "--lang", "zh").startswith(
        "待审：自 2026-01-15 00:00 起的更正版本"
    )


def test_a_file_of_strangers_is_told_how_they_join(
    club: Jifen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING.replace("enrol: true\n", ""))
    (tmp_path / "orders.csv").write_text(PURCHASES)
    assert run(["import", str(tmp_path / "mapping.yaml"), str(tmp_path / "orders.csv")]) == 1
    assert "`enrol: true` in the mapping lets members join" in capsys.readouterr().out


def test_what_is_asked_of_an_empty_database_says_how_to_begin(jifen: Jifen) -> None:
    assert "jifen init --programme" in jifen("member", "show", "ann", code=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("member", "show"), "Missing argument 'MEMBER'"),
        (("member", "show", "eve"), "there is no member 'eve'"),
        (("member", "show", "eve", "--programme", "tea"), "there is no programme 'tea'"),
        (
            ("init", "--programme", "hotel", "--name", "coffee-club"),
            "already a programme 'coffee-club'",
        ),
        (("init", "--programme", "nowhere.yaml"), "no file and no template 'nowhere.yaml'"),
        (("advance", "2026-01-31"), "does not run backwards"),
        (("advance", "tomorrow"), "'tomorrow' is not a time"),
        (("story", "run", "nowhere.yaml"), "there is no file nowhere.yaml"),
    ],
)
def test_what_people_can_mend_is_one_line_on_stderr(
    club: Jifen, arguments: tuple[str, ...], said: str
) -> None:
    usage = arguments[0] == "frobnicate" or arguments == ("member", "show")
    printed = club(*arguments, code=2 if usage else 1)
    assert printed.startswith("jifen: ")
    assert said in printed.splitlines()[0]
    assert len(printed.splitlines()) <= 2


def test_every_document_is_checked_whatever_is_wrong_with_the_first(
    jifen: Jifen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"\xff\xfe programme")
    (tmp_path / "wrong.yaml").write_text("programme: club\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("latin.yaml", "wrong.yaml")]
    assert run(["programme", "validate", *files, "coffee-club", "--lang", "zh"]) == 1
    printed = capsys.readouterr().out
    assert "latin.yaml:1:1 不是 UTF-8 文本（请另存为 UTF-8）" in printed
    assert "wrong.yaml:1:1 缺少“earn”" in printed
    assert "coffee-club：没有问题" in printed
    assert run(["programme", "validate", *files, "--json"]) == 1
    first, *_ = json.loads(capsys.readouterr().out)
    assert first["message"] == {"zh": "不是 UTF-8 文本", "en": "is not UTF-8 text"}


def test_problems_are_told_in_chinese_too(club: Jifen) -> None:
    assert "没有会员“eve”" in club("member", "show", "eve", "--lang", "zh", code=1)
    assert "没有计划“tea”" in club("prove", "--programme", "tea", "--lang", "zh", code=1)
    said = club("init", "--programme", "hotel", "--name", "coffee-club", "--lang", "zh", code=1)
    assert "已经有计划“coffee-club”" in said
    assert "jifen programme apply" in said
    assert "/reason：缺少这一项" in club(
        "do", "adjust", "member=ann", "points=5", "--lang", "zh", code=1
    )
    assert "缺少命令" in club("--lang", "zh", code=2)


def test_making_the_same_programme_again_leaves_it_as_it_is(club: Jifen) -> None:
    before = club("programme", "show", "--json")
    assert "it is left as it is" in club("init", "--programme", "coffee-club")
    assert "保持不变" in club("init", "--programme", "coffee-club", "--lang", "zh")
    assert club("programme", "show", "--json") == before


def test_a_programme_is_read_out_in_sentences(club: Jifen) -> None:
    assert "A purchase earns 20 points if the amount is at least 50 yuan." in club(
        "programme", "show"
    )
    assert "每消费 1 元得 1 积分。" in club("programme", "show", "coffee-club", "--lang=zh")
    assert "def step(state, event, lines, first, last, out)" in club(
        "programme", "show", "--compiled"
    )
    told = json.loads(club("programme", "show", "--json"))
    assert told["programme"] == "coffee-club"
    assert told["versions"][0]["revision"] == 1


def test_a_wrong_document_is_refused_with_its_line(
    jifen: Jifen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("programme: x\ntimezone: Mars\nmoney: CNY\n", encoding="utf-8")
    assert run(("programme", "validate", str(file), "--json")) == 1
    problems = json.loads(capsys.readouterr().out)
    assert (2, "timezone") in {(problem["line"], problem["path"]) for problem in problems}
    assert f"{file}:2:" in jifen("init", "--programme", str(file), code=1)


def test_a_new_version_is_published(club: Jifen, tmp_path: Path) -> None:
    shown = json.loads(club("programme", "show", "--json"))
    document = tmp_path / "club.yaml"
    document.write_text(shown["document"] + "# a remark\n", encoding="utf-8")
    assert "Version 2" in club("programme", "apply", str(document))
    assert "already" in club("programme", "apply", str(document))


def test_the_document_of_another_programme_is_no_new_version(club: Jifen) -> None:
    assert "the document is of 'grocery', the programme of 'coffee-club'" in club(
        "programme", "apply", "grocery", code=1
    )


def test_a_file_is_imported_once_and_bad_rows_are_handed_back(
    imported: Jifen, tmp_path: Path
) -> None:
    again = imported("import", str(tmp_path / "mapping.yaml"), str(tmp_path / "orders.csv"))
    assert "already imported" in again
    rejects = (tmp_path / "orders.rejects.csv").read_text(encoding="utf-8")
    assert "o3" in rejects
    assert "o1" not in rejects


def test_a_member_is_shown_with_points_tier_lots_and_what_expires(imported: Jifen) -> None:
    page = imported("member", "show", "ann")
    assert "105" in page  # 60 + 20 for the big basket + 25
    assert "Basic" in page
    assert "915 more to Silver" in page
    assert "2027-01-31" in page
    assert "o1" in page
    chinese = imported("member", "show", "ann", "--lang", "zh")
    assert "距银卡还差 915" in chinese
    view = json.loads(imported("member", "show", "ann", "--json"))
    assert view["currencies"]["points"]["points"] == 105
    assert [lot["remaining"] for lot in view["currencies"]["points"]["lots"]] == [80, 25]


def test_time_brings_expiry(imported: Jifen) -> None:
    assert "something for 1 member." in imported("advance", "2027-02-01")
    assert "Nothing was due." in imported("advance", "2027-02-01")
    view = json.loads(imported("member", "show", "ann", "--json"))
    assert view["currencies"]["points"]["expired"] == 105


def test_several_programmes_must_be_told_apart(club: Jifen) -> None:
    club("init", "--programme", "coffee-club", "--name", "second")
    assert "there are several programmes: coffee-club, second" in club(
        "member", "show", "a", code=1
    )
    assert club("programme", "list").split() == ["coffee-club", "second"]


def test_stories_leave_with_1_if_one_does_not_hold(jifen: Jifen, tmp_path: Path) -> None:
    text = """\
story: One point a yuan
programme: coffee-club
members: {ann: {joined: 2026-01-01}}
steps:
  - at: 2026-01-05 10:00
    event: {type: purchase, id: o1, member: ann, amount: 10.00}
    expect: {ann: {points: POINTS}}
"""
    right, wrong = tmp_path / "right.yaml", tmp_path / "wrong.yaml"
    right.write_text(text.replace("POINTS", "10"), encoding="utf-8")
    wrong.write_text(text.replace("POINTS", "11"), encoding="utf-8")
    assert "1 of 1 stories hold" in jifen("story", "run", str(right))
    assert "1 of 1 stories hold" in jifen("story", "run", str(right), "--via", "http")
    jifen("story", "run", str(right), str(wrong), code=1)


def test_doctor_says_what_it_found(club: Jifen) -> None:
    found = {finding["name"]: finding for finding in json.loads(club("doctor", "--json"))}
    assert found["database"]["well"]
    assert "coffee-club" in found["database"]["said"]
    assert found["stream"]["well"]


def test_doctor_says_once_that_there_is_no_database(
    jifen: Jifen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_DATABASE_URL", "postgresql://jifen@127.0.0.1:9/jifen")
    found = [one for one in doctoring._findings() if not one.well]
    assert [one.name for one in found] == ["database"]


def test_doctor_says_that_a_proof_was_red_until_it_agrees_again(
    imported: Jifen, database_url: str
) -> None:
    assert doctoring._proof().said == "not yet proved"
    with connect(database_url) as connection:
        connection.execute("UPDATE balance SET points = points + 1000 WHERE currency = 0")
        imported("prove", code=1)
        imported("doctor", code=1)
        assert "found differences: coffee-club (" in doctoring._proof().said
        connection.execute("UPDATE balance SET points = points - 1000 WHERE currency = 0")
    imported("prove")
    assert "agreed: coffee-club" in imported("doctor")


def test_doctor_names_whoever_holds_up_the_stream(
    club: Jifen, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctoring, "_SECONDS_TO_WRITE", 0)
    with connect(database_url) as connection, connection.transaction():
        connection.execute("SELECT txid_current()")
        club("doctor", code=1)
        found, pid = doctoring._stream(), connection.info.backend_pid
    assert f"process {pid} (jifen" in found.said
    assert "pg_terminate_backend" in (found.hint or "")


def test_doctor_speaks_chinese_throughout(club: Jifen) -> None:
    lines = [line.partition("：") for line in club("doctor", "--lang", "zh").splitlines()]
    assert [title[2:] for title, *_ in lines] == [
        "Python",
        "时区",
        "批量处理",
        "磁盘空间",
        "数据库",
        "证明",
        "消息流",
        "密钥",
    ]
    assert lines[-4][2].endswith("：coffee-club")


def test_the_why_of_an_event_is_told_in_both_languages(imported: Jifen) -> None:
    english = imported("member", "why", "o1")
    assert english.startswith("o1  ann  2026-01-05 10:00")
    assert "60 points" in english
    assert "60 积分" in imported("member", "why", "o1", "--lang", "zh")
    told = json.loads(imported("member", "why", "o2", "--json"))
    assert (told["member"], told["revision"]) == ("ann", 1)
    assert "there is no event 'o9'" in imported("member", "why", "o9", code=1)


def test_a_statement_has_every_movement_with_the_balance_behind_it(imported: Jifen) -> None:
    told = json.loads(imported("member", "statement", "ann", "--json"))["movements"]
    points = [movement for movement in told if movement["currency"] == "points"]
    assert [(one["points"], one["balance"], one["about"]) for one in points] == [
        (80, 80, "o1"),
        (25, 105, "o2"),
    ]
    assert "+80" in imported("member", "statement", "ann")
    imported("advance", "2027-02-01")
    assert "过期" in imported("member", "statement", "ann", "--lang", "zh")
    expired = imported("member", "statement", "ann").splitlines()[-1].split()
    assert expired[2:] == ["expired", "-105", "0", "points"], "what time brought is of no command"


def test_a_statement_comes_in_pages(imported: Jifen) -> None:
    last = json.loads(imported("member", "statement", "ann", "--limit", "1", "--json"))
    assert len(last["movements"]) == 1
    assert f"earlier: --before {last['earlier']}" in imported(
        "member", "statement", "ann", "--limit", "1"
    )
    rest = imported("member", "statement", "ann", "--before", last["earlier"], "--json")
    whole = json.loads(imported("member", "statement", "ann", "--json"))["movements"]
    assert json.loads(rest)["movements"] + last["movements"] == whole
    wrong = imported("member", "statement", "ann", "--before", "yesterday", code=1)
    assert "yesterday is no place in a statement" in wrong


def test_the_balances_of_a_past_day_are_shown(imported: Jifen) -> None:
    def points(at: str) -> list[str]:
        told = imported("member", "show", "ann", "--at", at).splitlines()
        return next(line.split() for line in told if line.startswith("points"))

    assert points("2026-01-04")[1:3] == ["0", "0"]
    assert points("2026-01-05")[1:3] == ["80", "80"]
    assert points("2026-01-05 09:59")[1:3] == ["0", "0"]
    imported("advance", "2027-02-01")
    assert points("2026-12-31")[1:3] == ["105", "105"]
    assert points("2027-01-31")[1] == "105", "the last usable day"
    told = json.loads(imported("member", "show", "ann", "--at", "2027-02-01 00:00", "--json"))
    assert told["currencies"]["points"]["expired"] == 105
    assert "is not over" in imported("member", "show", "ann", "--at", "2027-02-01", code=1)


def test_the_proof_leaves_with_1_if_something_was_tampered_with(
    imported: Jifen, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "everything agrees: 1 member, 2 events" in imported("prove")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE balance SET points = points + 1")
    assert run(["prove", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["differences"] != []
    assert run(["prove", "--lang", "zh"]) == 1
    told = capsys.readouterr().out
    assert "ann 积分种类 0：余额不对（记录 余额 " in told
    assert "{" not in told


def test_all_programmes_are_proved_one_after_the_other(
    imported: Jifen, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    imported("init", "--programme", "four-tier")
    assert "there are several programmes" in imported("prove", code=1)
    assert imported("prove", "--all").splitlines()[::2] == ["coffee-club:", "four-tier:"]
    assert "all are asked for" in imported("prove", "--all", "--programme", "four-tier", code=1)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE balance SET points = points + 1")
    assert run(["prove", "--all", "--json"]) == 1
    reports = json.loads(capsys.readouterr().out)
    differing = [name for name, report in reports.items() if report["differences"]]
    assert (list(reports), differing) == (["coffee-club", "four-tier"], ["coffee-club"])


def test_a_programme_whose_numbers_do_not_fit_is_not_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "big.yaml"
    document.write_text(
        "programme: big\nname: Big\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies: {points: {name: points, scale: 6}}\n"
        "earn: [{id: base, on: purchase, give: '999999 points per 0.01 of amount, proportional'}]\n"
    )
    assert run(["programme", "validate", str(document)]) == 1
    assert "more than 64-bit integers hold" in capsys.readouterr().out


def test_the_mapping_comes_before_the_file(club: Jifen, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(PURCHASES)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    said = club("import", str(tmp_path / "data.csv"), str(tmp_path / "mapping.yaml"), code=1)
    assert "is data, not a mapping" in said
    assert "The mapping comes first" in said


def test_a_balance_is_shown_with_the_decimals_of_its_currency(jifen: Jifen, tmp_path: Path) -> None:
    document = tmp_path / "fine.yaml"
    document.write_text(
        "programme: fine\nname: Fine\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies: {points: {name: points, scale: 2, shown: 0}}\n"
        "earn: [{id: base, on: purchase, give: '0.01 points per 0.10 of amount'}]\n"
    )
    jifen("init", "--programme", str(document), "--clock", "2026-02-01")
    (tmp_path / "orders.csv").write_text("date,order,customer,total\n2026-01-05,o1,ann,25.50\n")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    jifen("import", str(tmp_path / "mapping.yaml"), str(tmp_path / "orders.csv"))
    lines = jifen("member", "show", "ann").splitlines()
    assert "points  2" in lines
    assert [line.split() for line in lines if "available" in line] == [["available", "2.55"]]
