"""Options of commands that read a file: beside the others, as not every command knows of files."""

from __future__ import annotations

import click

from jifen.cli.language import say
from jifen.cli.options import Decorated
from jifen.intake.files import ENCODINGS


def encoding_option(command: Decorated) -> Decorated:
    """`--encoding`: of a CSV file."""
    return click.option(
        "--encoding",
        metavar="NAME",
        type=click.Choice(ENCODINGS),
        default="utf-8",
        show_default=True,
        help=say("How a CSV is written.", "CSV 的编码。"),
    )(command)
