"""The stream handed on to a Kafka cluster, the one within librdkafka: all, at least once, each member's in order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final, cast

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from handing_on import (
    BOUGHT,
    bank_with_purchases,
    publish_all,
    publish_and_be_killed,
    publish_once,
)
from served_bank import Served, purchase

from jifen.outbox.brokers import NoBroker, Target
from jifen.outbox.publishing import publish

NODES: Final = 3
SECONDS: Final = 20.0
Kept = dict[int, list[tuple[str, dict[str, str], dict[str, Any]]]]
"""Key, headers and message of everything in a topic, by partition."""


@pytest.fixture(scope="module")
def served(module_database_url: str) -> Iterator[Served]:
    with bank_with_purchases(module_database_url) as served:
        yield served


@pytest.fixture
def cluster() -> Producer:
    """A cluster that lives as long as this object; here, as the test."""
    return cluster_of(NODES)


def cluster_of(nodes: int) -> Producer:
    return Producer({"test.mock.num.brokers": nodes, "log_level": 0})


@pytest.fixture
def brokers(cluster: Producer) -> list[str]:
    return addresses(cluster)


def addresses(cluster: Producer) -> list[str]:
    found = cluster.list_topics(timeout=SECONDS).brokers.values()
    return [f"{broker.host}:{broker.port}" for broker in found]


def kept(address: str, topic: str) -> Kept:
    """Everything that a topic has, read to the end of each partition."""
    reader = Consumer({"bootstrap.servers": address, "group.id": "test", "log_level": 0})
    found: Kept = {}
    for partition in reader.list_topics(topic, timeout=SECONDS).topics[topic].partitions:
        place = TopicPartition(topic, partition)
        first, end = reader.get_watermark_offsets(place, timeout=SECONDS)
        found[partition] = []
        reader.assign([TopicPartition(topic, partition, first)])
        until = time.monotonic() + SECONDS
        while len(found[partition]) < end - first and time.monotonic() < until:
            message = reader.poll(1)
            if message is None or message.error():
                continue
            headers = cast(Iterable[tuple[str, bytes]], message.headers())
            told = {name: value.decode() for name, value in headers}
            key, value = message.key() or b"", message.value() or b""
            found[partition].append((key.decode(), told, json.loads(value)))
    reader.close()
    return found


def of_member(found: Kept, member: str) -> list[dict[str, Any]]:
    return [message for one in found.values() for key, _, message in one if key == member]


def test_everything_is_handed_on_and_each_members_in_order(
    served: Served, brokers: list[str]
) -> None:
    stream = served.client.get("/v1/stream", params={"limit": 1_000, "wait": 20}).json()["messages"]
    assert len(stream) >= BOUGHT
    target = Target(f"kafka://{','.join(brokers)}", "whole")
    assert publish_all(served, target) == len(stream)
    found = kept(brokers[0], "whole.coffee-club")
    assert sum(map(len, found.values())) == len(stream)
    for member in ("ann", "bob", "cid", "dan"):
        told = [message for message in stream if message["member"] == member]
        assert of_member(found, member) == told
    for _, headers, message in (one for partition in found.values() for one in partition):
        assert headers["id"] == message["id"]
        assert headers["type"] == message["type"]
    assert publish_once(served, target) == 0


def test_a_killed_publisher_hands_on_again_under_the_same_ids(
    served: Served, brokers: list[str], module_database_url: str
) -> None:
    target = Target(f"kafka://{brokers[0]}", "killed")

    def handed_on() -> int:
        return sum(map(len, kept(brokers[0], "killed.coffee-club").values()))

    def reached(count: int) -> bool:
        return handed_on() >= count

    for count in (1, 30):
        publish_and_be_killed(
            served,
            module_database_url,
            target,
            reached=partial(reached, count),
        )
    before = handed_on()
    total = publish_all(served, target)
    found = kept(brokers[0], "killed.coffee-club")
    assert sum(map(len, found.values())) == before + total
    ids = {headers["id"] for partition in found.values() for _, headers, _ in partition}
    assert len(ids) == total


def test_where_no_broker_answers_that_is_said(served: Served, module_database_url: str) -> None:
    command = [sys.executable, "-m", "jifen", "stream", "publish", "--to", "kafka://127.0.0.1:1"]
    environment = {**os.environ, "JIFEN_DATABASE_URL": module_database_url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line.strip() for line in done.stderr.splitlines()] == [
        "jifen: kafka://127.0.0.1:1/jifen does not answer",
        "Is it running, and is the address right?",
    ]


def test_a_cluster_that_goes_away_is_told_of(served: Served) -> None:
    cluster = cluster_of(1)
    target = Target(f"kafka://{addresses(cluster)[0]}", "leaving")
    slices = iter([False, True])

    def leave_behind_the_first() -> bool:
        nonlocal cluster
        if next(slices):
            del cluster
            served.client.post("/v1/events", json=purchase("late", "ann")).raise_for_status()
        return False

    with pytest.raises(NoBroker, match="does not answer"):
        publish(
            served.connection,
            served.programme,
            target,
            stopping=leave_behind_the_first,
            goes_on=True,
        )
