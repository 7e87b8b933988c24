"""What went wrong, as one line on stderr with what to do, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from jifen.cli.language import say, told
from jifen.wording import Mendable, Said, of_file

Explanation = tuple[str, str | None]  # the line, the hint


class CommandProblem(Exception):
    """A command cannot do what was asked. `message` and `hint` are one line each, in the spoken language."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def explain(error: BaseException) -> Explanation | None:
    """The words for an error that people can act on; None for a fault of ours."""
    if isinstance(error, CommandProblem):
        return error.message, error.hint
    if isinstance(error, Mendable):
        return told(error.message), told(error.hint) if error.hint else None
    by_name = _BY_NAME.get(type(error).__name__)
    if by_name is not None and type(error).__module__.startswith("jifen."):
        return by_name(error)
    if isinstance(error, ModuleNotFoundError) and error.name == "numpy":
        return say("replays and simulations need NumPy", "推演和模拟需要 NumPy"), say(
            "Install `jifen[bulk]`.", "请安装 `jifen[bulk]`。"
        )
    if isinstance(error, OSError) and error.filename:
        near = _named_alike(Path(error.filename)) if isinstance(error, FileNotFoundError) else None
        return told(of_file(error)), told(near) if near else None
    return None


def _named_alike(missing: Path) -> Said | None:
    """What was probably meant: a name like it in the same folder."""
    from jifen.programme.problems import did_you_mean

    folder = missing.parent
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return did_you_mean(missing.name, names, 0.75)


def show(explanation: Explanation) -> None:
    """Print the problem and its hint on stderr."""
    message, hint = explanation
    for number, line in enumerate(message.splitlines() or [""]):
        click.echo(f"jifen: {line}" if number == 0 else f"       {line}", err=True)
    if hint:
        click.echo(f"       {hint}", err=True)
    sys.stderr.flush()


def _programme_problems(error: BaseException) -> Explanation:
    return "\n".join(told(problem.told()) for problem in getattr(error, "problems", ())), None


def _said(error: BaseException) -> Explanation:
    return str(error.args[0] if error.args else error), None


def _programme_exists(error: BaseException) -> Explanation:
    name = _said(error)[0]
    return say(f"there is already a programme '{name}'", f"已经有计划“{name}”"), say(
        "`jifen programme apply` publishes a changed document; `--name` makes another programme.",
        "`jifen programme apply` 发布改过的文档；`--name` 另建一个计划。",
    )


def _unknown_programme(error: BaseException) -> Explanation:
    name = _said(error)[0]
    return say(f"there is no programme '{name}'", f"没有计划“{name}”"), say(
        "`jifen programme list` names what there is; `jifen init` makes one.",
        "`jifen programme list` 列出已有的计划；`jifen init` 新建。",
    )


def _unknown_member(error: BaseException) -> Explanation:
    name = _said(error)[0]
    return say(f"there is no member '{name}'", f"没有会员“{name}”"), None


def _unknown_event(error: BaseException) -> Explanation:
    name = _said(error)[0]
    return say(f"there is no event '{name}'", f"没有事件“{name}”"), None


def _still_waiting(error: BaseException) -> Explanation:
    id, of = error.args
    return say(
        f"'{id}' waits for '{of}', which is not known yet", f"“{id}”在等“{of}”，后者还没有到"
    ), None


def _malformed(error: BaseException) -> Explanation:
    said = say(getattr(error, "en", ""), getattr(error, "zh", ""))
    pointer = getattr(error, "pointer", "")
    return pointer + say(": ", "：") + said if pointer else said, None


# By name, so that no command pays for modules that it does not use.
_BY_NAME: dict[str, Callable[[BaseException], Explanation]] = {
    "UnknownMember": _unknown_member,
    "UnknownEvent": _unknown_event,
    "StillWaiting": _still_waiting,
    "ProgrammeError": _programme_problems,
    "UnknownProgramme": _unknown_programme,
    "ProgrammeExists": _programme_exists,
    "Malformed": _malformed,
}
