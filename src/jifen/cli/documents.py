"""Programme documents named on the command line: files, else templates."""

from __future__ import annotations

from pathlib import Path

from jifen.cli.language import listed, say
from jifen.cli.problems import CommandProblem
from jifen.programme.loading import load, not_utf8, template_names, template_text
from jifen.programme.model import Programme
from jifen.programme.problems import Problem, ProgrammeError
from jifen.wording import Said


def read_document(name: str) -> tuple[str, Programme]:
    """The text and the checked programme, which can be compiled.

    Raises CommandProblem for neither file nor template; ProgrammeError, also for what cannot be compiled.
    """
    path = Path(name)
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise ProgrammeError([not_utf8(name)]) from None
        return text, _compilable(load(text, name), name)
    if name in template_names():
        return template_text(name), load(template_text(name), f"{name}.yaml")
    raise CommandProblem(
        say(f"there is no file and no template '{name}'", f"没有文件或模板“{name}”"),
        say("Templates: ", "模板：") + listed(template_names()),
    )


def _compilable(programme: Programme, name: str) -> Programme:
    from jifen.engine.compile import Version, compile_timeline
    from jifen.engine.errors import EngineError

    try:
        compile_timeline([Version(1, 0, programme)])
    except EngineError as error:
        why = error.message
        message = Said(f"cannot be compiled: {why.en}", f"无法编译：{why.zh}")
        hint = Said("use smaller numbers or fewer decimals", "请使用较小的数或较少的小数位")
        raise ProgrammeError([Problem(name, 1, 1, "", message, hint)]) from None
    return programme
