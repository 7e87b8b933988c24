"""`jifen seal`."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import common
from jifen.intake.actors import COMMAND_LINE


@click.command(
    "seal",
    help=say(
        "Seal the secrets in the database by the first key of JIFEN_SEALING_KEYS: those that lie open, and those that"
        " another key has sealed.",
        "用 JIFEN_SEALING_KEYS 的第一个主密钥加密数据库里的密钥，包括尚未加密的和由其他主密钥加密的。",
    ),
)
@click.option(
    "--new-key",
    "makes",
    is_flag=True,
    help=say("Print a new key for the settings, and end.", "生成一个新的主密钥，随即退出。"),
)
@common
def command(makes: bool) -> None:
    from jifen.cli.database import database
    from jifen.cli.problems import CommandProblem
    from jifen.db.adapting import cursor
    from jifen.intake.clock import real_now
    from jifen.intake.versions.deeds import note_deed
    from jifen.operations.sealed import seal_all, seals
    from jifen.sealing import name_of_current, new_key
    from jifen.settings import sealing_keys

    if makes:
        click.echo(new_key())
        return
    if not sealing_keys():
        raise CommandProblem(
            say("JIFEN_SEALING_KEYS names no key", "JIFEN_SEALING_KEYS 没有写出主密钥"),
            say("`jifen seal --new-key` makes one.", "可用 `jifen seal --new-key` 生成。"),
        )
    with database() as connection, connection.transaction(), cursor(connection) as sql:
        changed, now = seal_all(connection), real_now()
        for programme_id, secrets in changed.items():
            told = {"secrets": str(secrets)}
            note_deed(
                sql,
                programme_id,
                "seal_secrets",
                name_of_current(),
                told,
                actor=COMMAND_LINE,
                now=now,
            )
        found = seals(connection)
    click.echo(
        say(
            f"secrets: {found.secrets}, all sealed; sealed just now: {changed.total()}",
            f"密钥共 {found.secrets} 个，均已加密；本次加密 {changed.total()} 个",
        )
    )
