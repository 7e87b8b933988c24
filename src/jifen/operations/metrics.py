"""`/metrics`, as Prometheus reads it: what the processes have counted, and how the bank stands at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from jifen.db.problem import DatabaseProblem
from jifen.operations.noting import Counted, counted
from jifen.operations.standing import Bank, Duty, Standing, Told, Write
from jifen.operations.tally import COMMANDS, SECONDS, Distribution

Look = Callable[[], Bank]
_MICROSECONDS: Final = 1_000_000


class Metrics(Collector):
    """What is told at each scrape. `look` asks the bank; where that fails, the rest is told all the same."""

    def __init__(self, folder: Path, look: Look) -> None:
        self._folder = folder
        self._look = look

    def collect(self) -> Iterator[Metric]:
        yield from _of_processes(counted(self._folder))
        up = GaugeMetricFamily("jifen_database_up", "Whether the database answers.")
        try:
            bank = self._look()
        except DatabaseProblem:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield _of_oldest_write(bank.oldest_write)
        yield from _of_programmes(bank.programmes)
        yield from _of_webhooks(bank.webhooks)
        yield from _of_duties(bank.duties)


@contextmanager
def served(host: str, port: int, metrics: Metrics) -> Iterator[None]:
    """Answer at `/metrics` on a port of its own, in a thread, for as long as the block lasts."""
    registry = CollectorRegistry()
    registry.register(metrics)
    server, thread = start_http_server(port, host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _of_processes(counted: Counted) -> Iterator[Metric]:
    processes = "Server processes that run."
    yield GaugeMetricFamily("jifen_server_processes", processes, counted.processes)
    requests = HistogramMetricFamily(
        "jifen_http_request_seconds",
        "How long requests took, by route and status.",
        labels=("method", "route", "status"),
    )
    for named, by_status in sorted(counted.tally.requests.items()):
        method, _, route = named.partition(" ")
        for status, taken in sorted(by_status.items()):
            requests.add_metric((method, route, str(status)), *_buckets(taken, SECONDS))
    yield requests
    told = "Problems told, also those of single commands among many, by code."
    problems = CounterMetricFamily("jifen_problems", told, labels=("code",))
    for code, times in sorted(counted.tally.problems.items()):
        problems.add_metric((code,), times)
    yield problems
    yield from _of_queues(counted)


def _of_queues(counted: Counted) -> Iterator[Metric]:
    label = ("queue",)
    sizes = HistogramMetricFamily("jifen_batch_commands", "Commands in a batch.", labels=label)
    said = "How long the first command of a batch had waited."
    waits = HistogramMetricFamily("jifen_queue_wait_seconds", said, labels=label)
    length = GaugeMetricFamily("jifen_queue_length", "Commands that wait now.", labels=label)
    said = "How long the first of them has waited."
    oldest = GaugeMetricFamily("jifen_queue_oldest_seconds", said, labels=label)
    for name, queue in sorted(counted.tally.queues.items()):
        sizes.add_metric((name,), *_buckets(queue.sizes, COMMANDS))
        waits.add_metric((name,), *_buckets(queue.waits, SECONDS))
        length.add_metric((name,), queue.length)
        oldest.add_metric((name,), queue.oldest_seconds)
    yield from (sizes, waits, length, oldest)


def _of_oldest_write(write: Write | None) -> Metric:
    said = "For how long the oldest transaction that writes is open; the stream and webhooks wait for it."
    return GaugeMetricFamily(
        "jifen_oldest_write_seconds", said, value=0.0 if write is None else write.seconds
    )


def _of_programmes(programmes: Sequence[Standing]) -> Iterator[Metric]:
    def gauge(name: str, said: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"jifen_{name}", said, labels=("programme",))

    overdue = gauge("overdue_seconds", "How long the first of what time brings waits to be swept.")
    inbox = gauge("inbox_waiting", "What members' deeds bring others that have not taken it yet.")
    returns = gauge("returns_waiting", "Returns whose purchase has not come.")
    proved = gauge("last_proof_timestamp_seconds", "When the programme was last proved.")
    took = gauge("last_proof_duration_seconds", "How long that took.")
    differences = gauge("last_proof_differences", "What it found wrong; 0 is right.")
    for programme in programmes:
        label = (programme.slug,)
        overdue.add_metric(label, programme.overdue_seconds)
        inbox.add_metric(label, programme.inbox)
        returns.add_metric(label, programme.waiting_returns)
        if programme.proved is not None:
            proved.add_metric(label, programme.proved.at / _MICROSECONDS)
            took.add_metric(label, programme.proved.seconds)
            differences.add_metric(label, programme.proved.differences)
    yield from (overdue, inbox, returns, proved, took, differences)


def _of_webhooks(webhooks: Sequence[Told]) -> Iterator[Metric]:
    def gauge(name: str, said: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"jifen_webhook_{name}", said, labels=("programme", "webhook"))

    behind = gauge("behind", "Messages in the stream that it was not sent yet.")
    waiting = gauge("waiting", "Messages that wait to be sent again.")
    failing = gauge(
        "failing_seconds", "For how long every attempt has failed; 0 while it does well."
    )
    for one in webhooks:
        label = (one.slug, one.webhook)
        behind.add_metric(label, one.behind)
        waiting.add_metric(label, one.waiting)
        failing.add_metric(label, one.failing_seconds)
    yield from (behind, waiting, failing)


def _of_duties(duties: Sequence[Duty]) -> Iterator[Metric]:
    label = ("duty",)
    said = "When a duty of the worker was last done, or begun where it has not ended."
    at = GaugeMetricFamily("jifen_duty_timestamp_seconds", said, labels=label)
    failed = GaugeMetricFamily("jifen_duty_failed", "Whether it failed.", labels=label)
    for duty in duties:
        at.add_metric((duty.name,), duty.at / _MICROSECONDS)
        failed.add_metric((duty.name,), duty.failed)
    yield from (at, failed)


def _buckets(
    values: Distribution, bounds: Sequence[float]
) -> tuple[list[tuple[str, float]], float]:
    """As Prometheus has them: each bucket counts what is at most its bound."""
    names = [*(f"{bound:g}" for bound in bounds), "+Inf"]
    return list(zip(names, accumulate(values.counts), strict=True)), values.total
