"""`jifen key make|list|show|rotate|revoke`: who may ask over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jifen.api.scopes import SCOPES
from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    import psycopg

    from jifen.api.access import ApiKey
    from jifen.intake.versions.opening import OpenProgramme


@click.group(
    "key",
    cls=SpokenGroup,
    help=say(
        "Keys by which shops, apps and tills ask over HTTP.", "商店、应用和收银台调用接口的密钥。"
    ),
    no_args_is_help=True,
)
@common
def command() -> None:
    """Keys of one programme."""


@command.command(
    "make",
    help=say(
        "A new key, shown once. NAME is who will use it.",
        "新建密钥，只显示一次。NAME 写明由谁使用。",
    ),
)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("read", "write"),
    show_default=True,
    help=say("What it allows; may be said again.", "权限，可写多次。"),
)
@click.option(
    "--expires",
    metavar="DATE",
    help=say("Its last day; never unless said.", "最后一天；不写则一直有效。"),
)
@click.option(
    "--per-minute",
    type=int,
    metavar="NUMBER",
    help=say("At most so many commands a minute.", "每分钟最多多少条请求。"),
)
@programme_option
@json_option
@common
def make(
    name: str,
    scopes: tuple[str, ...],
    expires: str | None,
    per_minute: int | None,
    slug: str | None,
    as_json: bool,
) -> None:
    from jifen.api.access import make_key
    from jifen.api.key_terms import terms_of
    from jifen.cli.database import opened
    from jifen.intake.clock import real_now

    asked = {
        "name": name,
        "scopes": scopes,
        "expires": expires,
        "commands_per_minute": per_minute,
    }
    with opened(slug) as (connection, programme):
        terms = terms_of(asked, programme.zone)
        written = make_key(
            connection, programme.programme_id, terms, now=real_now(), actor=COMMAND_LINE
        )
        key = _named(connection, programme, written)
    _tell(written, key, programme, as_json)


@command.command("list", help=say("The keys there are.", "现有的密钥。"))
@programme_option
@json_option
@common
def list_keys(slug: str | None, as_json: bool) -> None:
    from jifen.api.access import keys_of
    from jifen.api.keys import key_document
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table

    with opened(slug) as (connection, programme):
        found = keys_of(connection, programme.programme_id)
        zone = programme.zone
    if as_json:
        output.as_json([key_document(one, programme) for one in found])
        return
    columns = (
        Column(say("key", "密钥")),
        Column(say("name", "名称")),
        Column(say("allows", "权限")),
        Column(say("made", "建立")),
        Column(say("until", "有效至")),
        Column(say("last used", "最近使用")),
    )
    rows = [
        (
            one.key_id,
            one.name,
            " ".join(one.scopes),
            output.time_text(one.created_at, zone),
            say("revoked", "已作废")
            if one.revoked_at is not None
            else output.time_text(one.expires_at, zone),
            "" if one.last_used_at is None else output.time_text(one.last_used_at, zone),
        )
        for one in found
    ]
    output.lines(table(columns, rows))


@command.command(
    "show",
    help=say(
        "A key: what it allows, who made it, when it was last used.",
        "查看一个密钥：权限、由谁建立、最近何时使用。",
    ),
)
@click.argument("key_id", metavar="KEY")
@programme_option
@json_option
@common
def show(key_id: str, slug: str | None, as_json: bool) -> None:
    from jifen.api.keys import key_document
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import pairs

    with opened(slug) as (connection, programme):
        key, zone = _named(connection, programme, key_id), programme.zone
    if as_json:
        output.as_json(key_document(key, programme))
        return

    def moment(instant: int | None) -> str:
        return say("never", "从未") if instant is None else output.time_text(instant, zone)

    most = key.commands_per_minute
    rows = [
        (say("key", "密钥"), key.key_id),
        (say("name", "名称"), key.name),
        (say("allows", "权限"), " ".join(key.scopes)),
        (say("a minute", "每分钟"), say("no limit", "不限") if most is None else f"{most:,}"),
        (say("made", "建立"), f"{moment(key.created_at)} · {key.made_by}"),
        (say("until", "有效至"), output.time_text(key.expires_at, zone)),
        (say("last used", "最近使用"), moment(key.last_used_at)),
    ]
    if key.revoked_at is not None:
        rows.append((say("revoked", "已作废"), f"{moment(key.revoked_at)} · {key.revoked_by}"))
    output.lines(pairs(rows))


@command.command(
    "rotate",
    help=say(
        "A new key in the place of one, which goes on opening for a while.",
        "更换密钥：按原有条件另建一个，旧的再用一段时间后失效。",
    ),
)
@click.argument("key_id", metavar="KEY")
@click.option(
    "--overlap",
    type=click.IntRange(0, 720),
    default=24,
    show_default=True,
    metavar="HOURS",
    help=say("For how many hours both open.", "新旧并用的小时数。"),
)
@programme_option
@json_option
@common
def rotate(key_id: str, overlap: int, slug: str | None, as_json: bool) -> None:
    from jifen.api.access import rotate_key
    from jifen.cli.database import opened
    from jifen.intake.clock import real_now

    with opened(slug) as (connection, programme):
        old, now = _named(connection, programme, key_id), real_now()
        if not old.opens_at(now):
            raise _none_in_force(key_id)
        ends_at = now + overlap * 3_600_000_000
        written = rotate_key(
            connection, programme.programme_id, old, ends_at=ends_at, now=now, actor=COMMAND_LINE
        )
        key = _named(connection, programme, written)
    _tell(written, key, programme, as_json)


@command.command(
    "revoke",
    help=say("Within seconds a key opens nothing any more.", "作废密钥，数秒内生效。"),
)
@click.argument("key_id", metavar="KEY")
@programme_option
@common
def revoke(key_id: str, slug: str | None) -> None:
    from jifen.api.access import revoke_key
    from jifen.cli.database import opened
    from jifen.intake.clock import real_now

    with opened(slug) as (connection, programme):
        named = _named(connection, programme, key_id).key_id
        if not revoke_key(
            connection, programme.programme_id, named, now=real_now(), actor=COMMAND_LINE
        ):
            raise _none_in_force(key_id)
    click.echo(say(f"{named} is revoked.", f"{named} 已作废。"))


def _named(connection: psycopg.Connection[Any], programme: OpenProgramme, written: str) -> ApiKey:
    from jifen.api.access import key_named

    key = key_named(connection, programme.programme_id, written)
    if key is None:
        raise _none_in_force(written)
    return key


def _none_in_force(written: str) -> Exception:
    from jifen.cli.problems import CommandProblem

    return CommandProblem(
        say(f"there is no key {written} in force", f"没有有效的密钥 {written}"),
        say(
            "A key is named by the letters in its middle: `jifen key list` shows them.",
            "密钥以其中间的字母数字称呼：用 `jifen key list` 查看。",
        ),
    )


def _tell(written: str, key: ApiKey, programme: OpenProgramme, as_json: bool) -> None:
    from jifen.api.keys import key_document
    from jifen.cli import output

    if as_json:
        output.as_json({**key_document(key, programme), "key": written})
        return
    output.secret(written)
