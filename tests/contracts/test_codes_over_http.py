"""Codes over HTTP: the redemption names them, and who may look sees them opened."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from served_bank import DAY, serving

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.client import Client, Forbidden, Malformed
from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.codes.filling import Source
from jifen.intake.codes.making import make_codes
from jifen.intake.codes.minting import is_sound
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import create_programme
from jifen.sealing import new_key
from jifen.worker.taking import take

DOCUMENT = Path(__file__).parents[2] / "examples" / "programmes" / "codes.yaml"
DATED = "until: 2027-06-30, "


def test_a_redemption_names_its_codes_and_only_who_may_look_sees_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    now = real_now()
    with connect(database_url) as connection:
        document = DOCUMENT.read_text(encoding="utf-8").replace(DATED, "")
        programme = create_programme(connection, document, now=now, actor="test")
        people = [NewMember(id=name, joined_at=now - DAY) for name in ("ann", "bob")]
        enrol_members(connection, programme, people, now=now, actor="test")
        make_codes(connection, programme, Source("cinema", uuid.uuid4(), now), 3)
        scopes = {"shop": ("read", "write"), "desk": ("read", "write", "codes", "tokens")}
        keys = {
            name: make_key(
                connection, programme.programme_id, ApiKeyTerms(name=name, scopes=allowed),
                now=now, actor="test",
            )
            for name, allowed in scopes.items()
        }  # fmt: skip
    with serving(database_url) as address:
        with Client(address, keys["shop"]) as shop:
            shop.events.create("ann", "purchase", id="o1", amount=9000)
            answer = shop.redemptions.create("ann", "ticket", quantity=2, id="r1")
            assert len(answer.codes) == 2
            assert (
                shop.redemptions.create("ann", "ticket", quantity=2, id="r1").codes == answer.codes
            )
            with pytest.raises(Forbidden):
                list(shop.members.codes("ann"))
        with Client(address, keys["desk"]) as desk:
            codes = list(desk.members.codes("ann"))
            assert {code.number for code in codes} == set(answer.codes)
            assert all(is_sound(code.code) for code in codes)
            assert list(desk.members.codes("bob")) == []
            cinema, music = desk.programme.code_pools()
            assert (cinema.left, cinema.issued, music.left) == (1, 2, 0)
            token = desk.members.token("ann", scopes=["read", "codes"]).token
            lookers = desk.members.token("ann", scopes=["read"]).token
        with Client(address, token) as ann:
            assert list(ann.members.codes("me")) == codes
        with Client(address, lookers) as ann, pytest.raises(Forbidden):
            list(ann.members.codes("me"))


def test_codes_are_imported_and_made_by_jobs_and_lie_open_at_no_time(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    now = real_now()
    with connect(database_url) as connection:
        document = DOCUMENT.read_text(encoding="utf-8")
        programme = create_programme(connection, document, now=now, actor="test")
        terms = ApiKeyTerms(name="office", scopes=("jobs", "codes", "read"))
        key = make_key(connection, programme.programme_id, terms, now=now, actor="test")
        with serving(database_url) as address, Client(address, key) as office:
            assert office.jobs.create_codes("june", "cinema").state == "expects_data"
            content = b"code\nSECRET-CODE-0001\nSECRET-CODE-0002\nSECRET-CODE-0001\n"
            assert office.jobs.upload("june", content).state == "waiting"
            kept = connection.execute("SELECT string_agg(content, '') FROM job_file").fetchone()
            assert kept is not None
            assert b"SECRET-CODE" not in bytes(kept[0])
            take(database_url, Programmes(), lambda: False, programme.slug, "june")
            done = office.jobs.get("june")
            assert done.state == "done"
            assert done.counts == {"rows": 3, "added": 2, "known": 0, "handed_back": 1}
            (file,) = done.files
            assert b"SECRET-CODE" not in office.jobs.file("june", file.name)
            assert office.jobs.create_codes("july", "music", make=30).state == "waiting"
            take(database_url, Programmes(), lambda: False, programme.slug, "july")
            assert office.jobs.get("july").counts == {"made": 30}
            assert [pool.left for pool in office.programme.code_pools()] == [2, 30]
            with pytest.raises(Malformed, match="cinema, music"):
                office.jobs.create_codes("august", "opera")
