"""Imports and exports as jobs: done once by some worker, with progress, and told with what came of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow.parquet as pq
import pytest
from old_club import MAPPING, balances, old_club

from jifen.db.connection import connect
from jifen.intake.clock import real_now
from jifen.intake.files import blocks, importing, posting
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme, open_programme
from jifen.proof.proving import prove
from jifen.worker import taking
from jifen.worker.doing import do
from jifen.worker.jobs import JobExists, Jobs, NoData, UnknownJob
from jifen.worker.taking import take
from jifen.worker.timetable import TIMETABLE

HEADER: Final = "receipt,member,at,amount\n"
ROWS: Final = b"""receipt,member,at,amount
r1,ann,2026-10-01 10:00,60.00
r2,bob,2026-10-02 10:00,10.00
r3,cid,2026-10-03 10:00,much
"""


def never() -> bool:
    return False


def asked(mapping: str = MAPPING, language: str = "en") -> dict[str, Any]:
    return {"mapping": mapping, "format": "csv", "language": language}


def import_of(jobs: Jobs, id: str, content: bytes = ROWS, mapping: str = MAPPING) -> None:
    """A job that waits, with its data in parts of ten bytes."""
    jobs.add(id, "import", asked(mapping), actor="shop", now=real_now())
    for part, first in enumerate(range(0, len(content), 10)):
        jobs.add_part(id, "upload 1", part, content[first : first + 10])
    jobs.complete_upload(id, "upload 1", "data")


def do_job(url: str, jobs: Jobs, id: str) -> None:
    take(url, Programmes(), never, jobs.slug, id)


def rows_of(jobs: Jobs, id: str, name: str) -> list[dict[str, str]]:
    text = b"".join(jobs.parts(id, name)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_an_import_is_done_and_hands_back_what_it_could_not_take(database_url: str) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection)
        jobs = Jobs(connection, programme)
        import_of(jobs, "october")
        assert jobs.get("october").state == "waiting"
        do_job(database_url, jobs, "october")
        job = jobs.get("october")
        assert (job.state, job.share, job.attempts, job.failure) == ("done", 1.0, 1, None)
        assert (job.counts["events"], job.counts["rejected"]) == (2, {"malformed": 1})
        assert [file.name for file in job.files] == ["rejects.csv"]
        back = rows_of(jobs, "october", "rejects.csv")
        assert [(row["receipt"], row["reject_line"]) for row in back] == [("r3", "4")]
        assert [member for member, _ in balances(connection, programme)] == ["ann", "bob"]
        assert prove(connection, programme).holds


def test_a_job_is_asked_for_once_and_done_once(database_url: str) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october")
        again = jobs.add("october", "import", asked(), actor="shop", now=real_now())
        assert again.state == "waiting"
        with pytest.raises(JobExists):
            jobs.add("october", "import", asked(MAPPING + "\n"), actor="shop", now=real_now())
        with pytest.raises(NoData):
            jobs.complete_upload("october", "upload 1", "data")
        do_job(database_url, jobs, "october")
        ended = jobs.get("october")
        do_job(database_url, jobs, "october")
        assert jobs.get("october") == ended
        assert queued(connection) == [{"programme": "old", "id": "october"}]


def test_a_job_that_was_cut_off_is_done_by_the_next_worker_with_all_its_rejects(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection)
        jobs = Jobs(connection, programme)
        import_of(jobs, "october")

        def killed(*arguments: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Jobs, "keep", killed)
            with pytest.raises(KeyboardInterrupt):
                do_job(database_url, jobs, "october")
        assert jobs.get("october").state == "working"
        do_job(database_url, jobs, "october")
        job = jobs.get("october")
        assert (job.state, job.attempts, job.counts["replayed"]) == ("done", 2, 2)
        assert len(rows_of(jobs, "october", "rejects.csv")) == 1
        assert prove(connection, programme).holds


def test_a_worker_that_stops_puts_its_job_back(database_url: str) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october")
        take(database_url, Programmes(), lambda: True, "old", "october")
        assert jobs.get("october").state == "waiting"
        assert len(queued(connection)) == 2
        do_job(database_url, jobs, "october")
        assert jobs.get("october").state == "done"


def test_workers_that_are_stopped_in_order_use_up_no_attempts(database_url: str) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october")
        for _ in range(taking.MOST_ATTEMPTS + 1):
            take(database_url, Programmes(), lambda: True, "old", "october")
        do_job(database_url, jobs, "october")
        assert (jobs.get("october").state, jobs.get("october").attempts) == ("done", 1)


def test_a_cancelled_job_is_not_begun_and_what_has_ended_stays(database_url: str) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october")
        assert jobs.cancel("october", now=real_now()).state == "cancelled"
        do_job(database_url, jobs, "october")
        cancelled = jobs.get("october")
        assert (cancelled.state, cancelled.attempts) == ("cancelled", 0)
        assert cancelled.ended_at is not None
        import_of(jobs, "again")
        do_job(database_url, jobs, "again")
        done = jobs.get("again")
        assert done.state == "done"
        assert jobs.cancel("again", now=real_now()) == done
        with pytest.raises(UnknownJob):
            jobs.cancel("nobody", now=real_now())


def test_a_job_that_is_cancelled_under_way_stops_and_keeps_what_it_has_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection)
        jobs = Jobs(connection, programme)
        import_of(jobs, "october")
        note = Jobs.note

        def cancelled_meanwhile(self: Jobs, id: str, *told: Any) -> bool:
            jobs.cancel(id, now=real_now())
            return note(self, id, *told)

        with monkeypatch.context() as patched:
            patched.setattr(Jobs, "note", cancelled_meanwhile)
            do_job(database_url, jobs, "october")
        assert jobs.get("october").state == "cancelled"
        import_of(jobs, "again")
        do_job(database_url, jobs, "again")
        counts = jobs.get("again").counts
        assert counts["events"] + counts["replayed"] == 2
        assert prove(connection, programme).holds


def test_the_job_after_a_cancelled_one_hands_back_all_that_could_not_be_taken(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", 1)
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        header, *rows = ROWS.splitlines(keepends=True)
        content = b"".join([header, *reversed(rows)])  # the row to hand back is in the first block
        import_of(jobs, "october", content)
        note = Jobs.note

        def cancelled_behind_the_second(self: Jobs, id: str, share: float, *told: Any) -> bool:
            if share > 0.5:
                jobs.cancel(id, now=real_now())
            return note(self, id, share, *told)

        with monkeypatch.context() as patched:
            patched.setattr(taking, "SECONDS_BETWEEN_NOTES", 0.0)
            patched.setattr(Jobs, "note", cancelled_behind_the_second)
            do_job(database_url, jobs, "october")
        assert jobs.get("october").state == "cancelled"
        import_of(jobs, "again", content)
        do_job(database_url, jobs, "again")
        assert [row["receipt"] for row in rows_of(jobs, "again", "rejects.csv")] == ["r3"]
        counts = jobs.get("again").counts
        assert (counts["rows_read"], counts["events"] + counts["replayed"]) == (3, 2)


@pytest.mark.parametrize("few", [0, 4_000], ids=["by several processes", "by one"])
def test_an_import_that_is_cancelled_tells_what_was_really_taken(
    database_url: str, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    rows = [f"r{number},m{number % 50},2026-10-01 10:00,1.00\n" for number in range(400)]
    rows += [f"r{number},m{number % 50},2026-10-01 10:00,1.00\n" for number in range(20)]
    with connect(database_url) as connection:
        programme = old_club(connection)
        jobs = Jobs(connection, programme)
        import_of(jobs, "october", (HEADER + "".join(rows)).encode())
        note = Jobs.note

        def cancelled_under_way(self: Jobs, id: str, share: float, *told: Any) -> bool:
            if share > 0.2:
                jobs.cancel(id, now=real_now())
            return note(self, id, share, *told)

        with monkeypatch.context() as patched:
            patched.setattr(blocks, "ROWS_PER_BLOCK", 150)
            patched.setattr(importing, "COMMANDS_PER_BATCH", 10)
            patched.setattr(posting, "FEW_COMMANDS", few)
            patched.setattr(taking, "SECONDS_BETWEEN_NOTES", 0.0)
            patched.setattr(Jobs, "note", cancelled_under_way)
            do_job(database_url, jobs, "october")
        job = jobs.get("october")
        row = connection.execute("SELECT count(*) FROM event").fetchone()
        assert row is not None
        assert job.state == "cancelled"
        assert 0 < job.counts["events"] == row[0] < 400


def test_an_import_that_is_cancelled_behind_its_last_note_tells_all_of_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october")
        drop = Jobs.drop_file

        def cancelled_at_the_end(self: Jobs, id: str, name: str) -> None:
            drop(self, id, name)
            jobs.cancel(id, now=real_now())

        monkeypatch.setattr(Jobs, "drop_file", cancelled_at_the_end)
        do_job(database_url, jobs, "october")
        job = jobs.get("october")
        assert (job.state, job.share, job.counts["events"]) == ("cancelled", 1.0, 2)


def test_a_job_that_is_interrupted_again_and_again_is_given_up(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october")
        for _ in range(taking.MOST_ATTEMPTS):
            jobs.begin("october", now=real_now())
        do_job(database_url, jobs, "october")
        job = jobs.get("october")
        assert job.state == "failed"
        assert job.failure is not None
        assert "interrupted 5 times" in job.failure.en


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (MAPPING.replace("id: {column: receipt}\n", ""), "'id' is missing"),
        (MAPPING.replace("receipt", "recept"), "mapping.yaml:4: data.csv has no column 'recept'"),
        (MAPPING + "tables: {x: {file: /etc/passwd, key: a}}\n", "'tables' does not stand here"),
        (MAPPING + "file: /etc/passwd\n", "about the uploaded file alone"),
        (MAPPING + "package: os\n", "'package' does not stand here"),
    ],
)
def test_a_mapping_that_is_wrong_fails_the_job_with_what_is_wrong(
    database_url: str, mapping: str, said: str
) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection))
        import_of(jobs, "october", mapping=mapping)
        do_job(database_url, jobs, "october")
        job = jobs.get("october")
        assert job.state == "failed"
        assert job.failure is not None
        assert said in job.failure.en
        assert job.failure.zh != job.failure.en


def exported(url: str, programme: OpenProgramme, jobs: Jobs, of: str, format: str) -> bytes:
    id = f"{of}-{format}"
    jobs.add(id, "export", {"of": of, "format": format}, actor="office", now=real_now())
    do_job(url, jobs, id)
    job = jobs.get(id)
    assert (job.state, job.failure) == ("done", None)
    return b"".join(jobs.parts(id, f"{of}.{format}"))


def test_members_and_movements_are_exported_as_they_stand_when_it_is_due(
    database_url: str, tmp_path: Path
) -> None:
    with connect(database_url) as connection:
        programme = old_club(connection, "ann", "bob")
        jobs = Jobs(connection, programme)
        members = exported(database_url, programme, jobs, "members", "csv").decode()
        rows = list(csv.DictReader(io.StringIO(members)))
        assert sorted((row["member"], row["points"], row["points_expired"]) for row in rows) == [
            ("ann", "0", "80"),
            ("bob", "0", "80"),
        ]
        movements = exported(database_url, programme, jobs, "movements", "parquet")
        (tmp_path / "m.parquet").write_bytes(movements)
        table = pq.read_table(tmp_path / "m.parquet").to_pylist()
        assert [
            (row["member"], row["currency"], row["account"], int(row["points"]), row["asked"])
            for row in table
            if row["member"] == "ann"
        ] == [
            ("ann", "points", "issued", 80, "event/o-ann"),
            ("ann", "growth", "issued", 60, "event/o-ann"),
            ("ann", "points", "expired", -80, "settle/3"),
        ]
        assert prove(connection, programme).holds


def test_files_go_a_week_after_the_end_of_their_job(database_url: str) -> None:
    tidy = next(duty for duty in TIMETABLE if duty.name == "tidy")
    with connect(database_url) as connection:
        programme = old_club(connection, "ann")
        jobs = Jobs(connection, programme)
        exported(database_url, programme, jobs, "members", "csv")
        do(tidy, database_url, Programmes(), never)
        assert len(jobs.get("members-csv").files) == 1
        connection.execute("UPDATE job SET ended_at = ended_at - interval '8 days'")
        do(tidy, database_url, Programmes(), never)
        assert jobs.get("members-csv").files == ()
        with pytest.raises(UnknownJob):
            list(jobs.parts("members-csv", "members.csv"))


def queued(connection: psycopg.Connection[Any]) -> list[dict[str, str]]:
    """What waits for workers."""
    rows = connection.execute(
        "SELECT args FROM queue.procrastinate_jobs WHERE queue_name = 'jobs' ORDER BY id"
    )
    return [args for (args,) in rows]


def test_the_command_line_tells_of_jobs(
    jifen: Callable[..., str], database_url: str, tmp_path: Path
) -> None:
    with connect(database_url) as connection:
        jobs = Jobs(connection, old_club(connection, "ann"))
        import_of(jobs, "october")
        assert "october  import  waiting" in jifen("job", "list")
        do_job(database_url, jobs, "october")
    assert "已完成" in jifen("job", "list", "--lang", "zh")
    shown = jifen("job", "show", "october", "--save", str(tmp_path))
    assert "rejects.csv" in shown
    assert "1 × malformed (a value that cannot be)" in shown
    assert "退回" in jifen("job", "show", "october", "--lang", "zh")
    assert (tmp_path / "rejects.csv").read_text().startswith("reject_line")
    assert json.loads(jifen("job", "show", "october", "--json"))["counts"]["events"] == 2
    assert "there is no job 'nobody'" in jifen("job", "show", "nobody", code=1)
    with connect(database_url) as connection:
        import_of(Jobs(connection, open_programme(connection, "old")), "unwanted")
    assert "已取消" in jifen("job", "cancel", "unwanted", "--lang", "zh")
    assert "there is no job 'nobody'" in jifen("job", "cancel", "nobody", code=1)
