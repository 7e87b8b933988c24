"""Jobs over HTTP: imports with the file that comes along, exports with the file that comes of them."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, get_args

from litestar import Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from jifen.api import problems
from jifen.api.documents import Document
from jifen.api.problem import Problem
from jifen.api.refused import refused
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.api.wire import Scope, language_of
from jifen.instants import moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.clock import real_now
from jifen.intake.codes.making import MOST_MADE
from jifen.intake.files import ENCODINGS
from jifen.intake.files.problems import FileProblem
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.problems import ProgrammeError
from jifen.sealing import of_upload, seal
from jifen.wording import Said
from jifen.worker.exporting import Of, period_of
from jifen.worker.importing import DATA, read_mapping
from jifen.worker.jobs import BYTES_PER_PART, Job, JobExists, Jobs, Kind, NoData, UnknownJob
from jifen.worker.writing import Format

MOST_BYTES: Final = 2_000_000_000
MOST_JOBS: Final = 100
_MEDIA_TYPES: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ID: Final = re.compile(r"(?!\.+$)[\w.-]{1,100}")
_TOO_LARGE: Final = Said(
    "At most two gigabytes in one job; `jifen import` takes any file.",
    "一项任务最多 2 GB；更大的文件请用 `jifen import`。",
)


@post("/v1/jobs", summary="An import or an export, done by a worker")
async def add_job(request: Request[Any, Any, Any], visitors: NamedDependency[Visitors]) -> Document:
    """A job by an `id` of the sender's, and `import` (`mapping`, `format`), `export` (`of`, `format`), `codes`
    (`pool`, and `format` or `make`) or `shipments` (`format`, `encoding`)."""
    language = language_of(request.scope)

    def write(visit: Visit, body: Asked) -> Document:
        only(body, {"id", *get_args(Kind)})
        id = scalars.text(body.get("id"), "/id")
        if not _ID.fullmatch(id):
            raise Malformed(
                "/id",
                "letters, digits, `-`, `_` and `.`, not only dots",
                "只能用文字、数字、-、_ 和 .，且不能全是点",
            )
        kind, asked = _asked(body, language, visit.programme)
        if kind == "shipments" and "fulfil" not in visit.caller.allowed:
            raise problems.lacking("fulfil")
        try:
            added = _jobs(visit).add(id, kind, asked, actor=visit.caller.actor, now=real_now())
        except JobExists:
            raise refused("conflict", None) from None
        return job_document(added, visit.programme)

    return await visitors.ask(request, "jobs", write)


@get("/v1/jobs", summary="The latest jobs")
async def list_jobs(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_JOBS)] = 20,
) -> Document:
    """The last ones, newest first."""

    def look(visit: Visit) -> Document:
        latest = _jobs(visit).latest(limit)
        return {"jobs": [job_document(job, visit.programme) for job in latest]}

    return await visitors.visit(request.scope, "jobs", look)


@get("/v1/jobs/{job:str}", summary="A job: how far it is, what came of it")
async def show_job(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], job: FromPath[str]
) -> Document:
    """Its state, the share that is done, counts, files, and why it failed."""

    def look(visit: Visit) -> Document:
        return job_document(_job(visit, job), visit.programme)

    return await visitors.visit(request.scope, "jobs", look)


@put("/v1/jobs/{job:str}/data", request_max_body_size=None, summary="The file of an import")
async def put_data(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], job: FromPath[str]
) -> Document:
    """The file itself is the body, of any length; with its last byte the job waits for a worker."""
    scope, upload = request.scope, f"upload {uuid.uuid4().hex}"
    await visitors.visit(scope, "jobs", lambda visit: _expecting(visit, job))
    try:
        await _take_in(request, visitors, job, upload)
    except BaseException:
        await visitors.visit(scope, "jobs", lambda visit: _jobs(visit).drop_file(job, upload))
        raise

    def complete(visit: Visit) -> Document:
        try:
            waiting = _jobs(visit).complete_upload(job, upload, DATA)
        except NoData:
            _jobs(visit).drop_file(job, upload)
            raise problems.NO_DATA_EXPECTED() from None
        return job_document(waiting, visit.programme)

    return await visitors.visit(scope, "jobs", complete)


async def _take_in(
    request: Request[Any, Any, Any], visitors: Visitors, job: str, upload: str
) -> None:
    """Write the body as parts of a file, each as soon as it is whole. Raises Problem where it is too large."""
    held, part, size = bytearray(), 0, 0

    async def keep(content: bytes) -> None:
        nonlocal part

        def add(visit: Visit) -> None:
            sealed = seal(content, of_upload(visit.programme.programme_id, job))
            _jobs(visit).add_part(job, upload, part, sealed)

        await visitors.visit(request.scope, "jobs", add)
        part += 1

    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES:
            raise Problem(413, "too_large", _TOO_LARGE)
        held += chunk
        while len(held) >= BYTES_PER_PART:
            await keep(bytes(held[:BYTES_PER_PART]))
            del held[:BYTES_PER_PART]
    if held or not part:
        await keep(bytes(held))


@post("/v1/jobs/{job:str}/cancel", status_code=200, summary="Do no more of a job")
async def cancel_job(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], job: FromPath[str]
) -> Document:
    """The job as it stands then: cancelled, or as it had ended before. What it has done stays done."""

    def write(visit: Visit) -> Document:
        try:
            return job_document(_jobs(visit).cancel(job, now=real_now()), visit.programme)
        except UnknownJob:
            raise problems.NOT_FOUND() from None

    return await visitors.visit(request.scope, "jobs", write)


@get("/v1/jobs/{job:str}/files/{name:str}", summary="A file that a job made")
async def show_file(
    request: Request[Any, Any, Any],
    visitors: NamedDependency[Visitors],
    job: FromPath[str],
    name: FromPath[str],
) -> Stream:
    """The file itself: what an export gathered, or the rows that an import hands back."""

    def look(visit: Visit) -> None:
        if name not in {file.name for file in _job(visit, job).files} - {DATA}:
            raise problems.NOT_FOUND()

    await visitors.visit(request.scope, "jobs", look)
    return Stream(
        _parts(visitors, request.scope, job, name),
        media_type=_MEDIA_TYPES[Path(name).suffix],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _parts(visitors: Visitors, scope: Scope, job: str, name: str) -> AsyncIterator[bytes]:
    part = 0
    while True:

        def look(visit: Visit, part: int = part) -> bytes | None:
            return _jobs(visit).part(job, name, part)

        content = await visitors.visit(scope, "jobs", look)
        if content is None:
            return
        yield content
        part += 1


def job_document(job: Job, programme: OpenProgramme) -> Document:
    """A job as JSON; what was asked but the text of the mapping."""

    def moment(instant: int | None) -> str | None:
        return None if instant is None else moment_of(instant, programme.zone).isoformat()

    asked = {name: value for name, value in job.asked.items() if name != "mapping"}
    return {
        "id": job.id,
        job.kind: asked,
        "actor": job.actor,
        "state": job.state,
        "share": round(job.share, 4),
        "counts": job.counts,
        "failure": None if job.failure is None else job.failure.for_machines(),
        "files": [
            {"name": one.name, "bytes": one.bytes, "address": f"/v1/jobs/{job.id}/files/{one.name}"}
            for one in job.files
            if one.name != DATA
        ],
        "made_at": moment(job.created_at),
        "began_at": moment(job.began_at),
        "ended_at": moment(job.ended_at),
    }


def _asked(body: Asked, language: str, programme: OpenProgramme) -> tuple[Kind, dict[str, Any]]:
    """What kind of job is asked for, and with what."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    wanted = [kind for kind in kinds if kind in body]
    if len(wanted) != 1:
        names = ", ".join(kinds)
        raise Malformed("", f"expected one of {names}", f"应写以下其中之一：{names}")
    (kind,) = wanted
    asked = body[kind]
    if not isinstance(asked, Mapping):
        raise Malformed(f"/{kind}", "expected an object", "应为对象")
    format = _one_of(asked.get("format", "csv"), get_args(Format), f"/{kind}/format")
    if kind == "codes":
        return kind, _codes_asked(asked, format, language, programme)
    if kind == "shipments":
        only(asked, {"format", "encoding"}, "/shipments")
        encoding = _one_of(asked.get("encoding", ENCODINGS[0]), ENCODINGS, "/shipments/encoding")
        return kind, {"format": format, "encoding": encoding, "language": language}
    if kind == "export":
        of = _one_of(asked.get("of"), get_args(Of), "/export/of")
        period = {"since", "until"} if of == "movements" else set()
        only(asked, {"of", "format"} | period, "/export")
        period_of(asked, programme.zone)
        said = {name: asked[name] for name in sorted(period & asked.keys())}
        return kind, {"of": of, "format": format, **said}
    only(asked, {"mapping", "format"}, "/import")
    mapping = _mapping(asked.get("mapping"))
    return kind, {"mapping": mapping, "format": format, "language": language}


def _codes_asked(
    asked: Mapping[str, Raw], format: str, language: str, programme: OpenProgramme
) -> dict[str, Any]:
    """Into which pool codes are put: those of a file, or so many that are made."""
    only(asked, {"pool", "format", "make"}, "/codes")
    pools = tuple(pool.id for pool in programme.programme.code_pools)
    pool = _one_of(asked.get("pool"), pools, "/codes/pool")
    if "make" not in asked:
        return {"pool": pool, "format": format, "language": language}
    return {"pool": pool, "make": scalars.whole(asked["make"], 1, MOST_MADE, "/codes/make")}


def _mapping(written: Raw) -> str:
    """The text of a mapping that can be read. Raises Malformed with the first that is wrong."""
    if not isinstance(written, str):
        raise Malformed("/import/mapping", "expected the text of a mapping", "应为映射文件的文本")
    with tempfile.TemporaryDirectory(prefix="jifen-mapping-") as folder:
        try:
            read_mapping(written, Path(folder))
        except (ProgrammeError, FileProblem) as error:
            said = error.problems[0].told() if isinstance(error, ProgrammeError) else error.told()
            en, zh = (words.replace(f"{folder}/", "") for words in (said.en, said.zh))
            raise Malformed("/import/mapping", en, zh) from None
    return written


def _one_of(written: Raw, known: tuple[str, ...], pointer: str) -> str:
    if not isinstance(written, str) or written not in known:
        names = ", ".join(known)
        raise Malformed(pointer, f"expected one of {names}", f"应为其中之一：{names}")
    return written


def _jobs(visit: Visit) -> Jobs:
    return Jobs(visit.connection, visit.programme)


def _job(visit: Visit, id: str) -> Job:
    try:
        return _jobs(visit).get(id)
    except UnknownJob:
        raise problems.NOT_FOUND() from None


def _expecting(visit: Visit, id: str) -> None:
    if _job(visit, id).state != "expects_data":
        raise problems.NO_DATA_EXPECTED()
