"""The application: commands and balances by a lean path, everything else by routes."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException

from jifen.api import problems
from jifen.api.addresses import check_parameters, checked, methods_at
from jifen.api.asking_by_themself import by_themself
from jifen.api.audit import show_audit
from jifen.api.calculator import calculate
from jifen.api.caller import Caller
from jifen.api.catalogue import show_catalogue, show_prices
from jifen.api.codes import list_codes, list_pools
from jifen.api.commands import MOST_COMMANDS, Commands, Route, body_of_command, route_of, told
from jifen.api.corrections import (
    add_correction,
    end_correction,
    list_differences,
    post_some,
    show_correction,
)
from jifen.api.deeds import READINGS, list_brought, list_friends, list_holds
from jifen.api.deliveries import list_attempts, list_deliveries, replay, test_webhook
from jifen.api.descriptions import lead_to_page, show_description, show_page, show_problem
from jifen.api.draws import close_open, list_draws, list_spins_left, open_next
from jifen.api.enquiries import make_quote, show_event, show_programme
from jifen.api.glancing import Glances
from jifen.api.jobs import add_job, cancel_job, list_jobs, put_data, show_file, show_job
from jifen.api.keyring import Keyring
from jifen.api.keys import add_key, end_key, list_keys, renew_key, show_key
from jifen.api.limits import limit_headers
from jifen.api.lots import list_expiries, list_lots
from jifen.api.mall_callbacks import answer_mall, hear_mall
from jifen.api.mall_providers import (
    add_provider,
    edit_provider,
    end_provider,
    list_notices,
    list_providers,
    log_in_to_mall,
    renew_provider_secret,
    show_provider,
)
from jifen.api.member_access import COMMANDS
from jifen.api.member_list import list_members
from jifen.api.members import enrol, show_member, show_statement
from jifen.api.observing import GONE, NO_ROUTE, Noting, Observer, Watched
from jifen.api.orders import list_orders, put_address, show_address, show_order
from jifen.api.origins import Application, open_to, origins_of
from jifen.api.past_balances import COUNTED, show_past_balances, tell_balances, whose_balances
from jifen.api.paths import path_as_sent, unquoting
from jifen.api.pick_ups import pick_up, show_code
from jifen.api.problem import Problem
from jifen.api.problem_documents import problem_document
from jifen.api.readiness import healthy, ready
from jifen.api.reading import Readers
from jifen.api.refused import refused
from jifen.api.scopes import OF_KIND
from jifen.api.shipments import list_shipments
from jifen.api.statement_files import show_csv, show_lines
from jifen.api.stock import alter_stock, show_stock
from jifen.api.stream import show_stream
from jifen.api.tokens import add_token
from jifen.api.versions import (
    list_versions,
    plan_version,
    publish_version,
    show_differences,
    show_version,
    withdraw,
)
from jifen.api.visiting import Visitors
from jifen.api.webhooks import (
    add_webhook,
    edit_webhook,
    end_webhook,
    list_webhooks,
    renew_secret,
    show_webhook,
)
from jifen.api.wire import (
    MOST_BYTES,
    REQUEST_ID,
    Gone,
    Receive,
    Scope,
    Send,
    body_of,
    header,
    language_of,
    read_json,
    request_id_of,
    respond,
    respond_unchanged,
    respond_with_problem,
    without_body,
)
from jifen.api.wishes import add_wish, end_wish, list_wishes
from jifen.db.connection import database_url, is_away
from jifen.enquiry.finding import UnknownEvent, UnknownMember
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.details import not_understood
from jifen.intake.gathering.enrolling import NotEnrolled
from jifen.operations.logs import log_as_lines
from jifen.operations.tracing import tracing_as_configured
from jifen.settings import allowed_origins, data_folder, requests_are_logged, tally_folder

_LOG: Final = logging.getLogger("jifen.api")
_HANDLERS: Final = [
    healthy, ready, enrol, list_members, show_member, show_statement, show_csv, show_lines, show_past_balances,
    show_event,
    make_quote, show_programme, show_stream,
    list_versions, show_version, show_differences, plan_version, publish_version, withdraw,
    show_correction, list_differences, add_correction, post_some, end_correction,
    show_stock, alter_stock, list_draws, list_spins_left, open_next, close_open,
    lead_to_page, show_description, show_page, show_problem,
    list_webhooks, add_webhook, show_webhook, edit_webhook, end_webhook, renew_secret, test_webhook, replay,
    list_deliveries, list_attempts,
    list_providers, add_provider, show_provider, edit_provider, renew_provider_secret, end_provider,
    list_notices, log_in_to_mall, answer_mall, hear_mall,
    add_job, list_jobs, show_job, put_data, cancel_job, show_file,
    list_keys, show_key, add_key, renew_key, end_key, add_token, show_audit,
    *READINGS, list_holds, list_friends, list_brought, list_lots, list_expiries,
    list_orders, list_shipments, show_order, put_address, show_address, show_code, pick_up,
    list_codes, list_pools,
    calculate, show_catalogue, show_prices,
    list_wishes, add_wish, end_wish,
]  # fmt: skip


class Door:
    """An ASGI application over one bank."""

    def __init__(
        self,
        commands: Commands,
        keyring: Keyring,
        glances: Glances,
        routes: Litestar,
        observer: Observer,
    ) -> None:
        self._commands = commands
        self._keyring = keyring
        self._glances = glances
        self._routes = routes
        self._observer = observer

    @property
    def routes(self) -> Litestar:
        """What answers everything but commands and balances."""
        return self._routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._routes(scope, receive, send)  # type: ignore[arg-type]
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, without_body(send)
        began, request_id = time.perf_counter(), request_id_of(scope)
        path = path_as_sent(scope)
        route = route_of(path) if scope["method"] == "POST" else None
        if route is not None:
            status = await self._command(route, scope, receive, send, request_id)
            self._observer.answered(scope, route.named, status, began, request_id)
            return
        member = whose_balances(scope, path)
        if member is not None:
            status = await self._balances(member, scope, send, request_id)
            self._observer.answered(scope, COUNTED, status, began, request_id)
            return
        asked = {**scope, "path": path, REQUEST_ID: request_id}
        watched = Watched(asked, send, request_id)
        try:
            if "\0" in scope["path"]:  # which no text in the bank holds
                await respond_with_problem(watched, asked, problems.NOT_FOUND(), request_id)
                self._observer.tally.problem("not_found")
            else:
                await self._routes(asked, receive, watched)  # type: ignore[arg-type]
        finally:
            template = asked.get("path_template")
            named = f"{scope['method']} {template}" if template else NO_ROUTE
            self._observer.answered(scope, named, watched.status, began, request_id)

    async def _command(
        self, route: Route, scope: Scope, receive: Receive, send: Send, request_id: str
    ) -> int:
        """The status with which a command was answered."""
        try:
            kind = route.kind
            caller = await self._keyring.caller_of(scope, OF_KIND[kind], members=kind in COMMANDS)
            check_parameters(scope, route.named)
            body = read_json(await body_of(receive))
            if isinstance(body, list):
                self._keyring.charge(caller, scope, len(body) - 1)
                results = await self._many(caller, route, body, language_of(scope), request_id)
                await respond(send, 200, {"results": results}, request_id, limit_headers(scope))
                return 200
            asked = body_of_command(route, body, header(scope, b"idempotency-key"))
            if caller.member is not None:
                asked = by_themself(caller, kind, asked, COMMANDS)
            document, replayed = told(await self._commands.ask(caller.asker, kind, asked))
        except Gone:
            return GONE
        except Exception as error:
            return await self._refuse(error, scope, send, request_id)
        status = 202 if document["state"] == "waiting" else 200
        headers = limit_headers(scope)
        if replayed:
            headers[b"idempotent-replayed"] = b"true"
        await respond(send, status, document, request_id, headers)
        return status

    async def _balances(self, member: str, scope: Scope, send: Send, request_id: str) -> int:
        """The status with which somebody was told the balances of a member."""
        try:
            told = await tell_balances(self._glances.visit, scope, member, at=None)
        except Exception as error:
            return await self._refuse(error, scope, send, request_id)
        headers = limit_headers(scope) | {
            name.encode(): value.encode() for name, value in told.headers.items()
        }
        if told.document is None:
            await respond_unchanged(send, request_id, headers)
            return 304
        await respond(send, 200, told.document, request_id, headers)
        return 200

    async def _refuse(self, error: Exception, scope: Scope, send: Send, request_id: str) -> int:
        """The status with which somebody was told what went wrong."""
        problem = problem_of(error, request_id)
        self._observer.tally.problem(problem.code)
        await respond_with_problem(send, scope, problem, request_id)
        return problem.status

    async def _many(
        self, caller: Caller, route: Route, bodies: list[Raw], language: str, request_id: str
    ) -> list[dict[str, Any]]:
        """A document for each of many commands, in their order: its answer, or its problem."""
        if len(bodies) > MOST_COMMANDS:
            raise problems.TOO_LARGE()
        asked = [_read_one(caller, route, body) for body in bodies]
        tried = [one for one in asked if isinstance(one, dict)]
        outcomes = iter(await self._commands.ask_all(caller.asker, route.kind, tried))
        documents = []
        for one in asked:
            try:
                document, replayed = told(next(outcomes) if isinstance(one, dict) else one)
                if replayed:
                    document["replayed"] = True
                documents.append(document)
            except Exception as error:
                problem = problem_of(error, request_id)
                self._observer.tally.problem(problem.code)
                told_again = {"replayed": True} if problem.replayed else {}
                documents.append(problem_document(problem, language, request_id) | told_again)
        return documents


def _read_one(caller: Caller, route: Route, written: Raw) -> dict[str, Raw] | Exception:
    """One of several commands as it is asked, or why it cannot be."""
    try:
        asked = body_of_command(route, written, None)
        if caller.member is None:
            return asked
        return by_themself(caller, route.kind, asked, COMMANDS)
    except (Problem, Malformed, UnknownMember) as error:
        return error


def problem_of(error: Exception, request_id: str) -> Problem:
    """What is told of anything that went wrong; what nobody foresaw is logged."""
    match error:
        case Problem():
            return error
        case Malformed():
            return refused(error.refusal, not_understood(error.said), error.pointer)
        case NotEnrolled():
            return refused(error.refusal.code, not_understood(error.message))
        case UnknownMember():
            return refused("unknown_member", None)
        case UnknownEvent():
            return refused("unknown_event", None)
        case _ if is_away(error):
            return problems.DATABASE_AWAY()
        case NotFoundException():
            return problems.NOT_FOUND()
        case MethodNotAllowedException():
            return problems.NOT_ALLOWED()
        case HTTPException(status_code=413):
            return problems.TOO_LARGE()
        case HTTPException(extra=[{"key": str(name)}, *_]):
            return problems.bad_parameter(name)
        case HTTPException():
            return Problem(400, "malformed", problems.MALFORMED_REQUEST)
        case _:
            fields = {"request_id": request_id}
            _LOG.error("a request failed", exc_info=error, extra={"fields": fields})
            return problems.FAULT()


def _respond_to(
    observer: Observer, request: Request[Any, Any, Any], error: Exception
) -> Response[dict[str, Any]]:
    request_id = request_id_of(request.scope)
    problem, headers = problem_of(error, request_id), {}
    no_route = isinstance(error, NotFoundException | MethodNotAllowedException)
    if no_route and (methods := methods_at(path_as_sent(request.scope))):
        problem, headers["allow"] = problems.NOT_ALLOWED(), ", ".join(methods)
    observer.tally.problem(problem.code)
    if problem.retry_after_seconds is not None:
        headers["retry-after"] = str(problem.retry_after_seconds)
    return Response(
        problem_document(problem, language_of(request.scope), request_id),
        status_code=problem.status,
        headers=headers,
        media_type="application/problem+json",
    )


def make_door(
    url: str, *, observer: Observer | None = None, tally_folder: Path | None = None
) -> Door:
    """The application over the bank at an address; what it counts is noted in a folder, where one is given."""
    observer = observer or Observer()
    readers = Readers(url)
    commands = Commands(url, observer.tally)
    keyring = Keyring(readers)
    visitors = Visitors(readers, keyring)
    glances = Glances(readers, keyring)
    noting = (
        None
        if tally_folder is None
        else Noting(tally_folder, observer.tally, commands.count_waiting)
    )

    async def start() -> None:
        readers.open()
        commands.start()
        if noting is not None:
            noting.start()

    async def stop() -> None:
        await asyncio.to_thread(commands.close)
        await asyncio.to_thread(glances.close)
        readers.close()
        if noting is not None:
            await noting.stop()
        await asyncio.to_thread(observer.close)

    routes = Litestar(
        route_handlers=_HANDLERS,
        dependencies={
            "visitors": Provide(lambda: visitors, sync_to_thread=False),
            "readers": Provide(lambda: readers, sync_to_thread=False),
            "commands": Provide(lambda: commands, sync_to_thread=False),
        },
        middleware=[unquoting],
        before_request=checked,
        exception_handlers={Exception: partial(_respond_to, observer)},
        logging_config=None,
        request_max_body_size=MOST_BYTES,
        openapi_config=None,  # its pages would load scripts from elsewhere
        on_startup=[start],
        on_shutdown=[stop],
    )
    return Door(commands, keyring, glances, routes, observer)


def door_of_this_installation() -> Application:
    """The application over this installation's database, as its settings have it."""
    log_as_lines()
    observer = Observer(lines=requests_are_logged(), tracing=tracing_as_configured())
    door = make_door(database_url(data_folder()), observer=observer, tally_folder=tally_folder())
    origins = origins_of(allowed_origins())
    return open_to(origins, door) if origins else door
