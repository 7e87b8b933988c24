"""The programme documents of a story: the first, and those published on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jifen.programme.loading import load, template_names, template_text
from jifen.programme.model import Programme
from jifen.programme.patching import patched
from jifen.programme.problems import Problem, Problems, ProgrammeError, Wrong, did_you_mean
from jifen.programme.reading import nodes
from jifen.programme.reading.nodes import Node, Scalar
from jifen.programme.reading.sections import Section
from jifen.stories.model import Publication
from jifen.wording import Said


def first_document(node: Node, root: Node, written: str, file: Path) -> tuple[str, Programme]:
    """The document of a story, given by template name, by path beside the story, or inline."""
    if not isinstance(node, Scalar):
        document = _written_inline(node, root, written)
        return document, load(document, str(file))
    try:
        document, place = _named(node.text.strip(), file)
    except Wrong as wrong:
        where = (str(file), node.line, node.column, node.path)
        raise ProgrammeError([Problem(*where, wrong.message, wrong.suggestion)]) from None
    return document, load(document, place)


class Publications:
    """Reads what is published, keeping in mind the newest document, which `changes` are about."""

    def __init__(self, document: str, file: Path, problems: Problems) -> None:
        self.newest = document
        self.file = file
        self.problems = problems

    def publication(self, node: Node, moment: Callable[[Node], int]) -> Publication:
        """`{document, from}` or `{changes, from}`."""
        section = Section(node, self.problems, ("document", "changes", "from"))
        self.newest = self._written(section)
        return Publication(self.newest, section.read("from", moment, None))

    def correction(self, node: Node, moment: Callable[[Node], int]) -> Publication:
        """The same for a period of the past: `{document, from, to}` or `{changes, from, to}`."""
        section = Section(node, self.problems, ("document", "changes", "from", "to"))
        document, since = self._written(section), section.need("from", moment, 0)
        until = section.read("to", moment, None)
        if until is None:
            self.newest = document
        return Publication(document, since, until, corrects=True)

    def _written(self, section: Section) -> str:
        if ("document" in section) == ("changes" in section):
            raise Wrong(
                Said(
                    "name a document, or changes of the newest",
                    "请写 document，或对最新文档的 changes",
                )
            )
        if "document" in section:
            return section.need("document", self._document, "")
        return section.need("changes", self._changed, self.newest)

    def _document(self, node: Node) -> str:
        """A path beside the story or a template; or the whole document as a block of text."""
        if not isinstance(node, Scalar):
            raise Wrong(
                Said(
                    "name a file, or write the document as a block of text (document: |)",
                    "请写文件名，或用多行文本写出文档（document: |）",
                )
            )
        if "\n" in node.text:
            load("\n" * node.line + node.text, str(self.file))  # as the lines of the file count
            return node.text
        document, place = _named(node.text.strip(), self.file)
        load(document, place)
        return document

    def _changed(self, node: Node) -> str:
        """The newest document with some places written otherwise, by their paths."""
        if not isinstance(node, nodes.Mapping):
            raise Wrong(
                Said("must be a mapping of paths to what stands there", "须是路径到新内容的映射")
            )
        document = patched(self.newest, node.values)
        load(document, f"{self.file}:{node.line}")
        return document


def _named(name: str, file: Path) -> tuple[str, str]:
    """The document of a path beside the story, else of a template; and what to call it in problems."""
    path = file.parent / name
    if path.is_file():
        return path.read_text(encoding="utf-8-sig"), str(path)
    if name in template_names():
        return template_text(name), f"{name}.yaml"
    message = Said(f"there is no template and no file '{name}'", f"没有名为“{name}”的模板或文件")
    raise Wrong(message, did_you_mean(name, template_names()))


def _written_inline(node: Node, root: Node, written: str) -> str:
    """The text of an inline programme, with its line numbers and columns kept."""
    assert isinstance(root, nodes.Mapping)
    lines = written.splitlines()
    following = [key.line for key in root.keys.values() if key.line > node.line]
    last = min(following, default=len(lines) + 1) - 1
    first = " " * (node.column - 1) + lines[node.line - 1][node.column - 1 :]
    return "\n" * (node.line - 1) + "\n".join([first, *lines[node.line : last]]) + "\n"
