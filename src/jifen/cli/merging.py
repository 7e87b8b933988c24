"""`jifen member merge|unmerge|claim`: two members, or a guest and a member, who are one person."""

from __future__ import annotations

import click

from jifen.cli.asking import ask
from jifen.cli.language import say
from jifen.cli.options import common, id_option, json_option, programme_option

_reason = click.option("--reason", required=True, help=say("Why.", "原因。"))


@click.command(
    "merge",
    help=say(
        "Let MEMBER be one with INTO, who survives: points, debts, identity and history go over.",
        "把 MEMBER 并入 INTO：积分、欠分、身份和历史都归后者。",
    ),
)
@click.argument("member")
@click.argument("into")
@_reason
@id_option
@programme_option
@json_option
@common
def merge(
    member: str, into: str, reason: str, id: str | None, slug: str | None, as_json: bool
) -> None:
    said = {"id": id, "from": member, "into": into, "reason": reason}
    done = say(f"{member} is {into} from now on.", f"{member} 已并入 {into}。")
    ask("merge", said, slug, lambda answer, programme: done, as_json=as_json)


@click.command(
    "unmerge",
    help=say(
        "Let MEMBER, who was merged, be by itself again, with what is left of its points.",
        "撤销合并：MEMBER 恢复为独立会员，收回所剩积分。",
    ),
)
@click.argument("member")
@_reason
@id_option
@programme_option
@json_option
@common
def unmerge(member: str, reason: str, id: str | None, slug: str | None, as_json: bool) -> None:
    said = {"id": id, "from": member, "reason": reason}
    done = say(f"{member} is a member of its own again.", f"{member} 已恢复为独立会员。")
    ask("unmerge", said, slug, lambda answer, programme: done, as_json=as_json)


@click.command(
    "claim",
    help=say(
        "Let MEMBER have what GUEST has collected, as far as the programme looks back.",
        "由 MEMBER 认领游客 GUEST 在追溯期内攒下的积分和记录。",
    ),
)
@click.argument("guest")
@click.argument("member")
@id_option
@programme_option
@json_option
@common
def claim(guest: str, member: str, id: str | None, slug: str | None, as_json: bool) -> None:
    said = {"id": id, "guest": guest, "member": member}
    done = say(f"{guest} is {member} from now on.", f"{guest} 已由 {member} 认领。")
    ask("claim", said, slug, lambda answer, programme: done, as_json=as_json)
