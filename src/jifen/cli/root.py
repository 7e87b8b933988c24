"""The tree of commands. Each is imported when it is called, so that a command pays only for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from jifen.cli import problems
from jifen.cli.language import from_environment, say, speak
from jifen.cli.options import common
from jifen.cli.usage import SpokenHelp, usage_said

INTERRUPTED = 130
USAGE = 2


def _init() -> click.Command:
    from jifen.cli.initialising import command

    return command


def _programme() -> click.Command:
    from jifen.cli.programmes import command

    return command


def _import() -> click.Command:
    from jifen.cli.importing import command

    return command


def _member() -> click.Command:
    from jifen.cli.members import command

    return command


def _do() -> click.Command:
    from jifen.cli.doing import command

    return command


def _tier() -> click.Command:
    from jifen.cli.tier_enquiries import command

    return command


def _order() -> click.Command:
    from jifen.cli.orders import command

    return command


def _stock() -> click.Command:
    from jifen.cli.stocking import command

    return command


def _draw() -> click.Command:
    from jifen.cli.draws import command

    return command


def _story() -> click.Command:
    from jifen.cli.storytelling import command

    return command


def _advance() -> click.Command:
    from jifen.cli.advancing import command

    return command


def _prove() -> click.Command:
    from jifen.cli.proving import command

    return command


def _backup() -> click.Command:
    from jifen.cli.backing_up import command

    return command


def _restore() -> click.Command:
    from jifen.cli.restoring import command

    return command


def _demo() -> click.Command:
    from jifen.cli.demonstrating import command

    return command


def _bench() -> click.Command:
    from jifen.cli.benchmarks import command

    return command


def _simulate() -> click.Command:
    from jifen.cli.simulating import command

    return command


def _serve() -> click.Command:
    from jifen.cli.serving import command

    return command


def _job() -> click.Command:
    from jifen.cli.jobs import command

    return command


def _up() -> click.Command:
    from jifen.cli.all_in_one import command

    return command


def _worker() -> click.Command:
    from jifen.cli.working import command

    return command


def _key() -> click.Command:
    from jifen.cli.keys import command

    return command


def _webhook() -> click.Command:
    from jifen.cli.webhooks import command

    return command


def _mall() -> click.Command:
    from jifen.cli.malls import command

    return command


def _codes() -> click.Command:
    from jifen.cli.codes import command

    return command


def _stream() -> click.Command:
    from jifen.cli.streaming import command

    return command


def _seal() -> click.Command:
    from jifen.cli.sealing import command

    return command


def _doctor() -> click.Command:
    from jifen.cli.doctoring import command

    return command


# name: (what imports it, English, Chinese)
_COMMANDS: dict[str, tuple[Callable[[], click.Command], str, str]] = {
    "init": (_init, "Make the database, and a programme in it.", "建立数据库，并可同时建立计划。"),
    "programme": (_programme, "Check, show and apply programme documents.", "检查、查看、发布积分计划。"),
    "import": (_import, "Import files of history.", "导入历史文件。"),
    "member": (_member, "Balances, statement and the why of each event.", "余额、流水，以及每笔积分的原因。"),
    "do": (_do, "Ask one thing of the bank by hand, or a file of them.", "手工提交一条命令，或一个文件。"),
    "order": (_order, "Rewards that are sent or picked up.", "须寄送或自提的礼品订单。"),
    "draw": (_draw, "Lucky draws that anybody can check.", "人人可验证的抽奖。"),
    "stock": (_stock, "How many rewards are left.", "礼品库存。"),
    "tier": (_tier, "Whose tier ends soon.", "哪些会员的等级即将到期。"),
    "story": (_story, "Run stories.", "运行情景故事。"),
    "advance": (_advance, "Let the clock of a test programme run.", "拨快测试计划的时钟。"),
    "prove": (_prove, "Prove every balance from history.", "用历史证明每一个余额。"),
    "simulate": (_simulate, "Try documents on made-up members.", "用虚构的会员试验计划。"),
    "serve": (_serve, "Answer over HTTP.", "提供 HTTP 接口。"),
    "up": (_up, "Answer over HTTP and do what time brings, in one.", "一并启动 HTTP 接口和后台进程。"),
    "worker": (_worker, "Do what time brings, as it comes.", "按时处理到期事项。"),
    "job": (_job, "Imports and exports that workers do.", "由后台进程完成的导入与导出。"),
    "key": (_key, "Keys by which others ask over HTTP.", "调用接口的密钥。"),
    "codes": (_codes, "Codes that rewards come with.", "随礼品发放的券码。"),
    "stream": (_stream, "What others are told, in order.", "按顺序的对外消息。"),
    "webhook": (_webhook, "Who is told what happens.", "发生的事告诉谁。"),
    "mall": (_mall, "Malls that others run.", "第三方运营的积分商城。"),
    "backup": (_backup, "Back up the embedded database.", "备份内置数据库。"),
    "restore": (_restore, "Restore it, also to a past moment.", "恢复内置数据库，可到过去的时刻。"),
    "seal": (_seal, "Seal the secrets in the database.", "加密数据库里的密钥。"),
    "demo": (_demo, "Real purchases in a demonstration programme.", "用真实消费数据演示。"),
    "bench": (_bench, "Measure, side by side with pgbench.", "性能测试，与 pgbench 对照。"),
    "doctor": (_doctor, "Say what works and what does not.", "检查安装是否正常。"),
}  # fmt: skip


class _LazyGroup(click.Group):
    """Knows every command by name and sentence, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _COMMANDS[cmd_name][0]() if cmd_name in _COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Commands", "命令")):
            formatter.write_dl([(name, say(en, zh)) for name, (_, en, zh) in _COMMANDS.items()])


def root() -> click.Group:
    """The command with all its parts, in the spoken language."""
    group = _LazyGroup(
        name="jifen",
        help=say(
            "jifen, an open loyalty platform: points bank, rules and proof.",
            "jifen 积分：开放的忠诚度平台。积分账本、规则引擎与证明。",
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        no_args_is_help=True,
    )
    version = click.version_option(
        package_name="jifen",
        message="%(prog)s %(version)s",
        help=say("Say which jifen this is.", "显示版本。"),
    )
    common(version(group))
    return group


def run(arguments: Sequence[str]) -> int:
    """Run a command line; its exit code. What people can mend is one line on stderr, with a hint."""
    speak(from_environment(arguments))
    click.Context.formatter_class = SpokenHelp
    try:
        code = root().main(list(arguments), prog_name="jifen", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE
    except click.ClickException as error:
        return _wrong_usage(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("interrupted", "已中断"), err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception as error:
        if "--debug" in arguments:
            import traceback

            traceback.print_exc()
            return 1
        problems.show(problems.explain(error) or _our_fault(error))
        return 1


def _wrong_usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "jifen"
    hint = say(f"`{command} --help` shows how.", f"用法见 `{command} --help`。")
    problems.show((usage_said(error.format_message()), hint))
    return USAGE


def _our_fault(error: Exception) -> problems.Explanation:
    said = str(error).splitlines()[0] if str(error) else ""
    return (
        say("a fault of jifen's own: ", "jifen 内部错误：") + f"{type(error).__name__}: {said}",
        say(
            "Run it again with --debug and report what it prints.",
            "请加上 --debug 再运行一次，并反馈输出。",
        ),
    )
