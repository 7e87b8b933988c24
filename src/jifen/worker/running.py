"""The worker: a process that does the duties of the timetable as their time comes, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import psycopg
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition
from psycopg_pool import PoolTimeout

from jifen.db.connection import arguments
from jifen.intake.versions.at_work import Programmes
from jifen.worker.doing import do
from jifen.worker.taking import take
from jifen.worker.timetable import TIMETABLE, Duty

DUTIES_AT_ONCE: Final = 4
"""How many duties are done side by side, so that a long one does not hold up the short ones."""
JOBS_AT_ONCE: Final = 1
SECONDS_BEFORE_ANOTHER_TRY: Final = 5.0
SECONDS_BETWEEN_ATTEMPTS: Final = 10
"""At a job that the database has cut off."""
_LONGEST_ABSENCE_SECONDS: Final = 40 * 86_400
"""Until then, a turn that was missed while no worker ran is taken as soon as one runs."""
_LOG: Final = logging.getLogger("jifen.worker")


def run(url: str, timetable: Sequence[Duty] = TIMETABLE) -> None:
    """Work until SIGINT or SIGTERM, then end with the slices that are under way. Where the database goes away,
    wait for it."""
    asyncio.run(_run(url, timetable))


async def _run(url: str, timetable: Sequence[Duty]) -> None:
    told = asyncio.Event()
    stopping = threading.Event()

    def stop() -> None:
        stopping.set()
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    while not told.is_set():
        try:
            await _work(url, timetable, told, stopping.is_set)
        except (ConnectorException, psycopg.OperationalError, PoolTimeout) as error:
            _LOG.error("the worker has lost the database and tries again: %s", error)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), SECONDS_BEFORE_ANOTHER_TRY)


async def _work(
    url: str, timetable: Sequence[Duty], told: asyncio.Event, stopping: Callable[[], bool]
) -> None:
    app = make_app(url, timetable, stopping)
    async with app.open_async():
        working = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    concurrency=at_once,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                    install_signal_handlers=False,
                )
            )
            for queue, at_once in (("duties", DUTIES_AT_ONCE), ("jobs", JOBS_AT_ONCE))
        ]
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait({*working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (waiting, *working):
            task.cancel()  # a worker takes nothing more then, and ends with what is under way
        for ended in await asyncio.gather(*working, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


def make_app(url: str, timetable: Sequence[Duty], stopping: Callable[[], bool]) -> App:
    """The library's application over the bank at an address, with a periodic task for every duty."""
    options = arguments(url)
    app = App(
        connector=PsycopgConnector(
            conninfo=url,
            kwargs={
                "options": f"{options['options']} -c search_path=queue",
                "application_name": f"{options['application_name']} worker",
            },
            min_size=1,
            max_size=DUTIES_AT_ONCE + JOBS_AT_ONCE,
        ),
        periodic_defaults={"max_delay": _LONGEST_ABSENCE_SECONDS},
    )
    programmes = Programmes()
    for duty in timetable:
        _register(app, duty, url, programmes, stopping)

    def take_job(programme: str, id: str) -> None:
        take(url, programmes, stopping, programme, id)

    retry = RetryStrategy(max_attempts=100, wait=SECONDS_BETWEEN_ATTEMPTS)
    app.task(name="job", queue="jobs", retry=retry)(take_job)
    return app


def _register(
    app: App, duty: Duty, url: str, programmes: Programmes, stopping: Callable[[], bool]
) -> None:
    def take_turn(timestamp: int) -> None:
        do(duty, url, programmes, stopping)

    # One turn may wait while another is taken; more would find nothing to do.
    task = app.task(name=duty.name, queue="duties", queueing_lock=duty.name)(take_turn)
    app.periodic(cron=duty.rhythm.cron)(task)
