"""`jifen key make|list|revoke`: who may ask over HTTP."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common, json_option, programme_option
from jifen.cli.usage import SpokenGroup


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
    type=click.Choice(["read", "write"]),
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
@programme_option
@json_option
@common
def make(
    name: str, scopes: tuple[str, ...], expires: str | None, slug: str | None, as_json: bool
) -> None:
    from jifen.api.access import ApiKeyTerms, make_key
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.instants import NEVER
    from jifen.intake.asking import scalars
    from jifen.intake.clock import real_now

    with opened(slug) as (connection, programme):
        terms = ApiKeyTerms(
            name=scalars.text(name, "name"),
            scopes=tuple(dict.fromkeys(scopes)),
            expires_at=NEVER
            if expires is None
            else scalars.last_usable_day(expires, programme.zone, "expires"),
        )
        key = make_key(connection, programme.programme_id, terms, now=real_now())
    if as_json:
        output.as_json({"key": key, "name": terms.name, "scopes": list(terms.scopes)})
        return
    click.echo(key)
    click.echo(
        say(
            "Keep it safe: it is not shown again.",
            "请妥善保存：此密钥不会再次显示。",
        ),
        err=True,
    )


@command.command("list", help=say("The keys there are.", "现有的密钥。"))
@programme_option
@json_option
@common
def list_keys(slug: str | None, as_json: bool) -> None:
    import msgspec

    from jifen.api.access import keys_of
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.tables import Column, table

    with opened(slug) as (connection, programme):
        found = keys_of(connection, programme.programme_id)
        zone = programme.zone
    if as_json:
        output.as_json([msgspec.to_builtins(one) for one in found])
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
    "revoke",
    help=say("Within seconds a key opens nothing any more.", "作废密钥，数秒内生效。"),
)
@click.argument("key_id", metavar="KEY")
@programme_option
@common
def revoke(key_id: str, slug: str | None) -> None:
    from jifen.api.access import revoke_key
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.clock import real_now

    with opened(slug) as (connection, programme):
        if not revoke_key(connection, programme.programme_id, key_id, now=real_now()):
            raise CommandProblem(
                say(f"there is no key {key_id} in force", f"没有有效的密钥 {key_id}"),
                say("`jifen key list` shows them.", "用 `jifen key list` 查看。"),
            )
    click.echo(say(f"{key_id} is revoked.", f"{key_id} 已作废。"))
