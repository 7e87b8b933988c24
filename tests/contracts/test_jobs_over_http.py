"""Imports and exports over HTTP: asked for, uploaded, done by a worker, fetched."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from served_bank import Served, purchase, served_bank

from jifen.intake.versions.at_work import Programmes
from jifen.worker.taking import take

MAPPING = """
time: {column: at, timezone: Asia/Shanghai}
event: {constant: purchase}
id: {column: receipt}
member: {column: member}
fields: {amount: amount}
"""
ROWS = "receipt,member,at,amount\nr1,ann,2026-11-20 10:00,60.00\nr2,zoe,2026-11-20 10:00,10.00\n"


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with served_bank(module_database_url, "jobs") as served:
        yield served


def work(served: Served, id: str) -> dict[str, Any]:
    """What a worker makes of a job."""
    take(served.connection.info.dsn, Programmes(), lambda: False, served.programme.slug, id)
    return told(served, id)


def told(served: Served, id: str) -> dict[str, Any]:
    job: dict[str, Any] = served.client.get(f"/v1/jobs/{id}").json()
    return job


def test_a_file_is_uploaded_imported_and_what_was_not_taken_is_fetched(served: Served) -> None:
    asked = {"id": "november", "import": {"mapping": MAPPING}}
    made = served.client.post("/v1/jobs", json=asked)
    assert (made.status_code, made.json()["state"]) == (201, "expects_data")
    assert served.client.post("/v1/jobs", json=asked).json() == made.json()
    sent = served.client.put("/v1/jobs/november/data", content=ROWS.encode())
    assert (sent.status_code, sent.json()["state"]) == (200, "waiting")
    again = served.client.put("/v1/jobs/november/data", content=ROWS.encode())
    assert (again.status_code, again.json()["code"]) == (409, "no_data_expected")
    done = work(served, "november")
    assert (done["state"], done["counts"]["events"]) == ("done", 1)
    assert done["counts"]["rejected"] == {"unknown_member": 1}
    (file,) = done["files"]
    answer = served.client.get(file["address"])
    assert answer.headers["content-type"].startswith("text/csv")
    assert [row["receipt"] for row in csv.DictReader(io.StringIO(answer.text))] == ["r2"]
    assert served.client.get("/v1/members/ann").json()["currencies"]["points"]["points"] == 80


def test_a_large_upload_is_kept_in_parts(served: Served) -> None:
    rows = ["receipt,member,at,amount"]
    rows += [f"big-{number:05},ann,2026-11-20 10:00,0.01{' ' * 100}" for number in range(20_000)]
    content = "\n".join(rows).encode()
    asked = {"id": "large", "import": {"mapping": MAPPING}}
    served.client.post("/v1/jobs", json=asked)
    served.client.put("/v1/jobs/large/data", content=content)
    parts = served.connection.execute(
        "SELECT content FROM job_file WHERE job_id = 'large' ORDER BY part"
    ).fetchall()
    assert b"".join(part for (part,) in parts) == content
    assert max(len(part) for (part,) in parts) == 1_000_000


def test_members_are_exported(served: Served) -> None:
    asked = {"id": "everybody", "export": {"of": "members"}}
    assert served.client.post("/v1/jobs", json=asked).json()["state"] == "waiting"
    done = work(served, "everybody")
    rows = csv.DictReader(io.StringIO(served.client.get(done["files"][0]["address"]).text))
    assert sorted(row["member"] for row in rows) == ["ann", "bob", "cid", "dan"]
    listed = served.client.get("/v1/jobs?limit=1").json()["jobs"]
    assert [job["id"] for job in listed] == ["everybody"]


def test_nobody_is_a_formula_in_an_exported_table(served: Served) -> None:
    served.client.post("/v1/members", json={"id": "=1+1"}).raise_for_status()
    for format in ("csv", "parquet"):
        id = f"formulas-{format}"
        asked = {"id": id, "export": {"of": "members", "format": format}}
        served.client.post("/v1/jobs", json=asked).raise_for_status()
        content = served.client.get(work(served, id)["files"][0]["address"]).content
        if format == "csv":
            names = [row["member"] for row in csv.DictReader(io.StringIO(content.decode()))]
        else:
            names = pq.read_table(io.BytesIO(content))["member"].to_pylist()
        assert ("'=1+1" if format == "csv" else "=1+1") in names


def test_movements_of_a_period_are_exported(served: Served) -> None:
    served.client.post("/v1/events", json=purchase("in-time", "cid", "7.00")).raise_for_status()
    row = served.connection.execute("SELECT max(recorded_at) FROM posting").fetchone()
    assert row is not None
    day = row[0].astimezone(served.programme.zone).date()
    periods = {
        "today": {"since": str(day), "until": str(day)},
        "before": {"until": str(day - timedelta(1))},
        "after": {"since": str(day + timedelta(1))},
    }
    for name, period in periods.items():
        asked = {"id": name, "export": {"of": "movements", **period}}
        served.client.post("/v1/jobs", json=asked).raise_for_status()
        done = work(served, name)
        assert done["export"] == {"of": "movements", "format": "csv", **period}
        exported = served.client.get(done["files"][0]["address"]).text
        rows = list(csv.DictReader(io.StringIO(exported)))
        assert ("event/in-time" in [row["asked"] for row in rows]) == (name == "today")
        assert done["counts"] == {"rows": len(rows)}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"id": "..", "export": {"of": "members"}}, "malformed", "/id"),
        ({"id": "a b", "export": {"of": "members"}}, "malformed", "/id"),
        ({"id": "x", "export": {"of": "movements", "since": "soon"}}, "malformed", "/export/since"),
        ({"id": "x", "export": {"of": "movements", "until": 5}}, "malformed", "/export/until"),
        ({"id": "x", "export": {"of": "members", "since": "2026-01-01"}}, "malformed", "/export/since"),
        ({"id": "x", "export": {"of": "everything"}}, "malformed", "/export/of"),
        ({"id": "x", "export": {"of": "members", "as": "csv"}}, "malformed", "/export/as"),
        ({"id": "x", "export": {"of": "members", "format": []}}, "malformed", "/export/format"),
        ({"id": "x"}, "malformed", None),
        ({"id": "x", "export": {}, "import": {}}, "malformed", None),
        ({"id": "x", "import": {"mapping": 5}}, "malformed", "/import/mapping"),
        ({"id": "x", "import": {"mapping": "time: 5"}}, "malformed", "/import/mapping"),
        ({"id": "x", "import": {"mapping": MAPPING + "file: /etc/passwd"}}, "malformed", "/import/mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_no_job(
    served: Served, body: dict[str, Any], code: str, pointer: str | None
) -> None:
    answer = served.client.post("/v1/jobs", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json().get("pointer") == pointer
    assert "/tmp" not in answer.text
    assert served.client.get("/v1/jobs/x").status_code == 404


def test_a_job_is_cancelled(served: Served) -> None:
    served.client.post("/v1/jobs", json={"id": "unwanted", "import": {"mapping": MAPPING}})
    answer = served.client.post("/v1/jobs/unwanted/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert served.client.post("/v1/jobs/unwanted/cancel").json() == answer.json()
    late = served.client.put("/v1/jobs/unwanted/data", content=ROWS.encode())
    assert (late.status_code, late.json()["code"]) == (409, "no_data_expected")
    assert served.client.post("/v1/jobs/nobody/cancel").status_code == 404


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-11-21", "2026-11-20"), ("2026-11-20 10:00", "2026-11-20 10:00")],
)
def test_a_period_that_ends_before_it_begins_is_refused(
    served: Served, since: str, until: str
) -> None:
    export = {"of": "movements", "since": since, "until": until}
    refused = served.client.post("/v1/jobs", json={"id": "backwards", "export": export})
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert refused.json()["pointer"] == "/export/until"
    assert served.client.get("/v1/jobs/backwards").status_code == 404


def test_the_same_id_for_something_else_is_a_conflict(served: Served) -> None:
    asked = {"id": "twice", "export": {"of": "members"}}
    served.client.post("/v1/jobs", json=asked)
    other = served.client.post("/v1/jobs", json={"id": "twice", "export": {"of": "movements"}})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


def test_files_that_nobody_made_are_not_there(served: Served) -> None:
    served.client.post("/v1/jobs", json={"id": "empty", "import": {"mapping": MAPPING}})
    served.client.put("/v1/jobs/empty/data", content=b"")
    for name in ("data", "rejects.csv", "mapping.yaml"):
        assert served.client.get(f"/v1/jobs/empty/files/{name}").status_code == 404
    assert served.client.get("/v1/jobs/nobody").status_code == 404
    assert served.client.put("/v1/jobs/nobody/data", content=b"x").status_code == 404
