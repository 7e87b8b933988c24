"""`jifen order address|send-to`: where an order is to be sent, seen or said by the office."""

from __future__ import annotations

import click

from jifen.cli.language import say, told
from jifen.cli.options import common, json_option, programme_option
from jifen.intake.actors import COMMAND_LINE


@click.command(
    "address",
    help=say(
        "Where an order is to be sent, opened; the audit notes it.",
        "订单寄往哪里，明文显示；审计会记录。",
    ),
)
@click.argument("order")
@programme_option
@json_option
@common
def address(order: str, slug: str | None, as_json: bool) -> None:
    from jifen.cli import output
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.enquiry.orders import order_found
    from jifen.intake.using.addresses import open_address
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        if order_found(connection, programme, order) is None:
            raise unknown(order)
        now = now_of(programme)
        where = open_address(connection, programme, order, now=now, actor=COMMAND_LINE)
    if where is None:
        raise CommandProblem(say("there is no address, or no more", "没有地址，或已删除"))
    if as_json:
        output.as_struct(where)
        return
    said = (where.recipient, where.phone, where.address, where.postcode, where.country)
    output.lines(part for part in said if part)


@click.command("send-to", help=say("Say where to send an order.", "填写订单寄往哪里。"))
@click.argument("order")
@click.option(
    "--recipient", metavar="NAME", required=True, help=say("Whom to send it.", "收件人。")
)
@click.option(
    "--address", metavar="TEXT", required=True, help=say("Where to send it.", "收件地址。")
)
@click.option("--phone", metavar="NUMBER", help=say("For the carrier.", "联系电话。"))
@click.option("--postcode", metavar="CODE", help=say("Postcode.", "邮政编码。"))
@click.option("--country", metavar="COUNTRY", help=say("Country.", "国家或地区。"))
@programme_option
@common
def send_to(order: str, slug: str | None, **said: str | None) -> None:
    from jifen.cli.asking import refused
    from jifen.cli.database import opened
    from jifen.cli.problems import CommandProblem
    from jifen.intake.asking.scalars import Malformed
    from jifen.intake.using.addresses import NotAddressed, address_asked, keep_address
    from jifen.intake.versions.opening import now_of

    with opened(slug) as (connection, programme):
        try:
            asked = address_asked(said)
            now = now_of(programme)
            keep_address(connection, programme, order, asked, now=now, actor=COMMAND_LINE)
        except NotAddressed as error:
            raise refused(error.refusal.code) from None
        except Malformed as malformed:
            raise CommandProblem(told(malformed.said)) from None
    click.echo(say(f"order {order} goes there", f"订单 {order} 将寄往该地址"))


def unknown(order: str) -> Exception:
    """Why nothing is said of an order."""
    from jifen.cli.problems import CommandProblem

    return CommandProblem(say(f"there is no order '{order}'", f"没有订单“{order}”"))
