"""Imports and exports, which are jobs: asked for, looked at, cancelled."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from jifen.client.answers import Document
from jifen.client.asking import Noun, Request, T, asks
from jifen.client.writing import encoded, path_of, reading


class JobFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a job made."""

    name: str
    bytes: int
    address: str


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """An import or export: how far it is, what came of it, and why it failed, if it did."""

    id: str
    actor: str
    state: Literal["expects_data", "waiting", "working", "done", "failed", "cancelled"]
    share: float
    counts: Document
    failure: dict[str, str] | None
    files: list[JobFile]
    made_at: dt.datetime
    began_at: dt.datetime | None
    ended_at: dt.datetime | None


class _Jobs(msgspec.Struct):
    jobs: list[Job]


_JOBS, _JOB = reading(_Jobs), reading(Job)


class Jobs(Noun[T]):
    """Imports and exports, which a worker does."""

    @asks
    def create_import(self, id: str, mapping: str, *, format: str = "csv") -> Request[Job]:
        """An import by the text of a mapping, which waits for its file (`upload`). Asked again it is the same."""
        body = encoded({"id": id, "import": {"mapping": mapping, "format": format}})
        return Request("POST", path_of("jobs"), _JOB, body=body, id=id)

    @asks
    def create_export(
        self,
        id: str,
        of: str,
        *,
        format: str = "csv",
        since: str | None = None,
        until: str | None = None,
    ) -> Request[Job]:
        """An export of `members`, of `movements`, these also of the days from `since` to `until`, or of each member's
        difference by the `correction` that is open. Asked again it is the same."""
        period = {name: said for name, said in (("since", since), ("until", until)) if said}
        body = encoded({"id": id, "export": {"of": of, "format": format, **period}})
        return Request("POST", path_of("jobs"), _JOB, body=body, id=id)

    @asks
    def create_codes(
        self, id: str, pool: str, *, make: int | None = None, format: str = "csv"
    ) -> Request[Job]:
        """Codes for a pool: so many made, or those of a file, for which it waits (`upload`)."""
        how = {"format": format} if make is None else {"make": make}
        body = encoded({"id": id, "codes": {"pool": pool, **how}})
        return Request("POST", path_of("jobs"), _JOB, body=body, id=id)

    @asks
    def create_shipments(
        self, id: str, *, format: str = "csv", encoding: str | None = None
    ) -> Request[Job]:
        """What a supplier says was sent: it waits for a file (`upload`) with `order`, `carrier` and `tracking`."""
        how = {"format": format} if encoding is None else {"format": format, "encoding": encoding}
        body = encoded({"id": id, "shipments": how})
        return Request("POST", path_of("jobs"), _JOB, body=body, id=id)

    @asks
    def upload(self, job: str, content: bytes) -> Request[Job]:
        """The file of an import."""
        headers = {"content-type": "application/octet-stream"}
        return Request("PUT", path_of("jobs", job, "data"), _JOB, body=content, headers=headers)

    @asks
    def list(self) -> Request[list[Job]]:
        """The latest jobs, newest first."""
        return Request("GET", path_of("jobs"), lambda response: _JOBS(response).jobs)

    @asks
    def get(self, job: str) -> Request[Job]:
        """How far it is, and what came of it."""
        return Request("GET", path_of("jobs", job), _JOB)

    @asks
    def cancel(self, job: str) -> Request[Job]:
        """Let nobody do any more of it; the job as it stands then. What it has done stays done."""
        return Request("POST", path_of("jobs", job, "cancel"), _JOB)

    @asks
    def file(self, job: str, name: str) -> Request[bytes]:
        """A file that it made."""
        path = path_of("jobs", job, "files", name)
        return Request("GET", path, lambda response: response.content)
