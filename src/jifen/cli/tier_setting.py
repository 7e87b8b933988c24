"""`jifen member set-tier`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jifen.cli.asking import ask
from jifen.cli.language import say
from jifen.cli.options import common, id_option, json_option, programme_option

if TYPE_CHECKING:
    from jifen.intake.answers import Answer
    from jifen.programme.model import Programme


@click.command(
    "set-tier",
    help=say(
        "Give a member a tier until a day; it stays in the history, with its reason.",
        "指定会员等级，到某日为止；连同原因一起记入历史。",
    ),
)
@click.argument("member")
@click.argument("tier")
@click.option(
    "--until",
    metavar="DATE",
    help=say("Its last day; for ever unless said.", "最后一天；不写则长期。"),
)
@click.option("--from", "start", metavar="MOMENT", help=say("Since when.", "自何时起。"))
@click.option("--reason", required=True, help=say("Why.", "原因。"))
@id_option
@programme_option
@json_option
@common
def command(
    member: str,
    tier: str,
    until: str | None,
    start: str | None,
    reason: str,
    id: str | None,
    slug: str | None,
    as_json: bool,
) -> None:
    said = {
        "id": id,
        "member": member,
        "tier": tier,
        "from": start,
        "until": until,
        "reason": reason,
    }

    def told(answer: Answer, programme: Programme) -> str:
        from jifen.cli import output

        ladder = programme.tiers.ladder if programme.tiers else ()
        names = {step.id: output.named(step.name) for step in ladder}
        now_has = names.get(answer.tier or "", answer.tier or "")
        return say(f"{member} now has {now_has}.", f"{member} 现为{now_has}。")

    ask("set_tier", said, slug, told, as_json=as_json)
