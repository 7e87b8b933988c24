"""Commands about an earlier one that do not name their member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.intake.asking.commands import Cancel, Command, Confirm, Return
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.gathering.gather import gather_known
from jifen.intake.versions.opening import OpenProgramme


def with_members(
    connection: psycopg.Connection[Any], programme: OpenProgramme, commands: Sequence[Command]
) -> Sequence[Command]:
    """The commands; those about an earlier one that do not name their member get the member of that."""
    keys = [key for command in commands if not command.member for key in _keys_named(command)]
    if not keys:
        return commands
    with cursor(connection) as sql:
        known = gather_known(sql, programme, keys)

    def with_member(command: Command) -> Command:
        if command.member:
            return command
        first = next((known[key] for key in _keys_named(command) if key in known), None)
        return msgspec.structs.replace(command, member=first.external_id) if first else command

    return [with_member(command) for command in commands]


def _keys_named(command: Command) -> tuple[str, ...]:
    """The keys of earlier commands that a command may be about, in the order in which they are tried."""
    if isinstance(command, Return):
        return (f"event/{command.of}",)
    if isinstance(command, Confirm):
        return (f"event/{command.of}",)
    if isinstance(command, OrderStep):
        return (command.placing_key,)
    return (
        (*command.keys, command.transfer_key, command.exchange_key, command.placing_key)
        if isinstance(command, Cancel)
        else ()
    )
