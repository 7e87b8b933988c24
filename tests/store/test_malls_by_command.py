"""Mall providers on the command line: taken up, looked at, given another secret, revoked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import open_programme
from jifen.mall_provider.callbacks import Notice
from jifen.mall_provider.notices import hear, notices_of, settle_notice
from jifen.mall_provider.providers import secrets_of

Jifen = Callable[..., str]
ADD = ("mall", "add", "duiba", "--key", "K1", "--currency", "points")


def secrets(database_url: str) -> list[str]:
    with connect(database_url) as connection:
        programme = open_programme(connection, "coffee-club").programme_id
        return list(secrets_of(connection, programme, "duiba", real_now()))


def test_a_provider_is_taken_up_given_another_secret_and_revoked(
    club: Jifen, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("first-secret\n"))
    made = json.loads(club(*ADD, "--may", "deduct", "--hold-hours", "48", "--json"))
    assert (made["may"], made["hold_hours"], made["made_by"]) == (["deduct"], 48, "command line")
    page = club("mall", "show", "duiba") + club("mall", "list")
    assert "/v1/mall/coffee-club/duiba/{deduct,notice}" in page
    assert "first-secret" not in page + json.dumps(made)
    club("mall", "change", "duiba", "--may", "balance", "--key", "K2")
    changed = json.loads(club("mall", "show", "duiba", "--json"))
    told = ("may", "app_key", "hold_hours")
    assert [changed[name] for name in told] == [["balance"], "K2", 48]
    club("mall", "rotate", "duiba", "--secret", "second", "--overlap", "2")
    assert secrets(database_url) == ["second", "first-secret"]
    club("mall", "rotate", "duiba", "--secret", "third", "--overlap", "0")
    assert secrets(database_url) == ["third"]
    assert "已停用" in club("mall", "revoke", "duiba", "--lang", "zh")
    assert json.loads(club("mall", "list", "--json"))[0]["revoked"]["by"] == "command line"


def test_what_is_wrong_is_said(club: Jifen) -> None:
    club(*ADD, "--secret", "s")
    assert "there is a mall provider duiba already" in club(*ADD, "--secret", "s", code=1)
    for command in (["show"], ["change"], ["revoke"], ["notices"], ["rotate", "--secret", "s"]):
        assert "there is no mall provider other" in club("mall", *command, "other", code=1)
    odd = ("mall", "add", "odd", "--key", "K", "--secret", "s", "--currency")
    assert "/currency" in club(*odd, "growth", code=1)


@pytest.fixture
def told(club: Jifen, database_url: str) -> None:
    """Four notices, of which two are to be looked at; they are read page by page."""
    club(*ADD, "--secret", "s")
    with connect(database_url) as connection:
        programme = open_programme(connection, "coffee-club").programme_id
        for second, order in enumerate("ABCD"):
            at = real_now() + second * 1_000_000
            hear(connection, programme, "duiba", Notice(order, True), at)
            refusal = "frozen" if order == "B" else ""
            settle_notice(
                connection, programme, "duiba", order, "open" if refusal else "captured",
                refusal=refusal, tries=0, refused=bool(refusal),
            )  # fmt: skip
        hear(connection, programme, "duiba", Notice("C", False), real_now())
        pages = []
        before = None
        while found := notices_of(
            connection, programme, "duiba", only_open=False, most=3, before=before
        ):
            pages.append([one.order for one in found])
            before = found[-1].order
        assert pages == [["D", "C", "B"], ["A"]]


@pytest.mark.usefixtures("told")
def test_notices_are_shown_and_what_somebody_has_to_look_at(club: Jifen) -> None:
    shown = club("mall", "notices", "duiba").splitlines()
    assert [line.split()[0] for line in shown] == ["order", "D", "C", "B", "A"]
    looked = json.loads(club("mall", "notices", "duiba", "--open", "--json"))
    assert [(one["order"], one["refusal"]) for one in looked] == [("C", None), ("B", "frozen")]
    assert "待人工处理" in club("mall", "notices", "duiba", "--open", "--lang", "zh")
