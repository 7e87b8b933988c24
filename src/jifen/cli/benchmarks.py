"""`jifen bench`."""

from __future__ import annotations

import subprocess
import sys

import click

from jifen.cli.language import say
from jifen.cli.options import common


@click.command(
    "bench", help=say("Measure, side by side with pgbench.", "性能测试，与 pgbench 对照。")
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@common
def command(names: tuple[str, ...]) -> None:
    from jifen.cli.problems import CommandProblem
    from jifen.cli.repository import repository_folder

    folder = repository_folder()
    if folder is None:
        raise CommandProblem(
            say("the benchmarks are not part of the installed package", "性能测试不在安装包内"),
            say("Run it in a clone of the repository.", "请在代码仓库中运行。"),
        )
    done = subprocess.run([sys.executable, "-m", "bench", *names], cwd=folder, check=False)
    raise click.exceptions.Exit(done.returncode)
