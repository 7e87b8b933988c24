"""`jifen programme plan|apply|withdraw`: what a draft changes, making it the new version, and taking one back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from jifen.cli.language import Language, counted, say, spoken, told
from jifen.cli.options import common, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE

if TYPE_CHECKING:
    import psycopg

    from jifen.enquiry.planning import Plan
    from jifen.intake.versions.opening import OpenProgramme
    from jifen.programme.differing import Difference
    from jifen.programme.model import Programme


def draft_arguments(command: Callable[..., Any]) -> Callable[..., Any]:
    """`DRAFT`, or `--revision` for a version that was published before."""
    text = say("Take the document of this version.", "使用该版本的文档。")
    option = click.option("--revision", type=int, metavar="NUMBER", help=text)
    return click.argument("draft", required=False)(option(command))


@click.command(
    "plan",
    help=say(
        "Say what a draft changes, in sentences, and what it means for tiers.",
        "逐句说明草稿改变了什么，以及对等级的影响。",
    ),
)
@draft_arguments
@programme_option
@json_option
@common
def plan(draft: str | None, revision: int | None, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.planning import plan_for_machines, plan_of

    with opened(slug) as (connection, programme):
        found = plan_of(
            connection, programme, *drafted_document(connection, programme, draft, revision)
        )
    if as_json:
        output.as_json(plan_for_machines(found, programme.slug))
    else:
        output.lines(_told(found))
        if found.refused is not None:
            click.echo(
                say("`apply` would refuse this: ", "`apply` 会拒绝这份草稿：") + told(found.refused)
            )


@click.command("apply", help=say("Publish a document as the new version.", "把文档发布为新版本。"))
@draft_arguments
@click.option(
    "--from",
    "since",
    metavar="MOMENT",
    help=say(
        "In force from this moment; 60 seconds from now unless said.", "生效时刻；默认 60 秒后。"
    ),
)
@programme_option
@common
def apply(draft: str | None, revision: int | None, since: str | None, slug: str | None) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.enquiry.planning import plan_of
    from jifen.intake.asking.scalars import instant
    from jifen.intake.versions.opening import now_of
    from jifen.intake.versions.publishing import apply_version

    with opened(slug) as (connection, programme):
        text, drafted = drafted_document(connection, programme, draft, revision)
        moment = None if since is None else instant(since, programme.zone, "--from")
        changes = plan_of(connection, programme, text, drafted)
        applied = apply_version(
            connection,
            programme,
            text,
            effective_from=moment,
            now=now_of(programme),
            actor=COMMAND_LINE,
        )
        if applied.revision == programme.revision:
            click.echo(say("That version is already in force or due.", "该版本已发布，没有变化。"))
            return
        output.lines(_told(changes))
        since = output.time_text(applied.engine.timeline[-1][0], programme.zone)
        click.echo(
            say(
                f"Version {applied.revision} of '{applied.slug}' is published, in force from {since}.",
                f"“{applied.slug}”的第 {applied.revision} 版已发布，自 {since} 起生效。",
            )
        )


@click.command(
    "withdraw",
    help=say("Take back a version that is not yet in force.", "撤回尚未生效的版本。"),
)
@click.argument("revision", type=int)
@programme_option
@common
def withdraw(revision: int, slug: str | None) -> None:
    from jifen.cli.database import opened
    from jifen.intake.versions.opening import now_of
    from jifen.intake.versions.publishing import UnknownVersion, withdraw_version

    with opened(slug) as (connection, programme):
        try:
            after = withdraw_version(
                connection, programme, revision, now=now_of(programme), actor=COMMAND_LINE
            )
        except UnknownVersion:
            raise _no_version(revision) from None
        if after.revision == programme.revision:
            click.echo(say("That version is withdrawn already.", "该版本已经撤回，没有变化。"))
            return
        click.echo(
            say(
                f"Version {revision} is withdrawn: version {after.revision} takes its place, as what stood before it.",
                f"第 {revision} 版已撤回，由第 {after.revision} 版（即此前的文档）取代。",
            )
        )


def drafted_document(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    draft: str | None,
    revision: int | None,
) -> tuple[str, Programme]:
    """The document of a draft, a template or an earlier version. Raises CommandProblem."""
    from jifen.cli.documents import read_document
    from jifen.db.adapting import cursor
    from jifen.intake.versions.opening import read_versions
    from jifen.programme.loading import load

    if (draft is None) == (revision is None):
        raise click.UsageError(
            say("name a document or a --revision, one of them", "请指明文档或 --revision 之一")
        )
    if draft is not None:
        return read_document(draft)
    for row in read_versions(cursor(connection), programme.programme_id):
        if row.revision == revision:
            return row.document, load(row.document, f"version {revision}")
    raise _no_version(revision)


def _no_version(revision: int | None) -> Exception:
    from jifen.cli.problems import CommandProblem

    return CommandProblem(
        say(f"there is no version {revision}", f"没有第 {revision} 版"),
        say(
            "`jifen programme show --versions` lists them.",
            "`jifen programme show --versions` 列出各版本。",
        ),
    )


def _told(plan: Plan) -> Iterator[str]:
    """Lines for people: `+` is new, `-` is gone, `~` is otherwise, the old sentence above the new one."""
    from jifen.cli import output

    against, found = plan.against, plan.differences
    if not found:
        yield say(f"Nothing changes against version {against}.", f"与第 {against} 版相比没有变化。")
        return
    number = counted(len(found), "difference")
    yield say(f"{number} from version {against}:", f"与第 {against} 版相比有 {len(found)} 处不同：")
    for one in found:
        place = f"{one.section}.{one.id}" if one.id else one.section
        sign = {"added": "+", "removed": "-", "changed": "~", "moved": "↕"}[one.kind]
        before, after = _sides(one)
        yield f"{sign} {place}"
        if before is not None:
            yield f"    {say('before: ', '原：')}{before}"
        if after is not None:
            yield f"    {say('after:  ', '新：')}{after}"
    if plan.tiers:
        yield say("Tiers of today's members:", "对现有会员等级的影响：")
    for tier in plan.tiers:
        members = say(counted(tier.members, "member"), f"{tier.members:,} 位会员")
        name = output.named(tier.name)
        yield "    " + say(f"{name} ({members}): ", f"{name}（{members}）：") + told(tier.said)
    yield from _raised(plan)


def _raised(plan: Plan) -> Iterator[str]:
    """What becomes dearer, and when at the earliest."""
    if plan.raises:
        yield say("Dearer, or harder to have:", "变贵或更难兑换：")
    for one in plan.raises:
        at = f"{one.earliest:%Y-%m-%d %H:%M}"
        days = counted(one.notice_days, "day")
        when = say(
            f"; from {at} at the earliest ({days} of notice)",
            f"；须提前 {one.notice_days} 天公布，最早 {at} 生效",
        )
        yield f"    {one.reward} {told(one.said)}{when if one.notice_days else ''}"


def _sides(one: Difference) -> tuple[str | None, str | None]:
    """Both sides as they are spoken; where only the other language says it otherwise, in that."""
    if one.before is None or one.after is None or told(one.before) != told(one.after):
        before = None if one.before is None else told(one.before)
        return before, None if one.after is None else told(one.after)
    other: Language = "en" if spoken() == "zh" else "zh"
    mark = say("(in Chinese) ", "（英文）")
    return mark + one.before.told_in(other), mark + one.after.told_in(other)
