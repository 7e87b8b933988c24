"""The promises of a template in its pages, which are those that the template prints.

Run as a programme, it writes them anew: python tests/unit/template_pages.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jifen.programme.amounts import Language
from jifen.programme.loading import template
from jifen.programme.sentences import sentences
from jifen.programme.template_purposes import PURPOSES

FOLDER = Path(__file__).parents[2] / "docs" / "templates"
_PAGES: dict[Language, tuple[str, str, str]] = {
    "en": (".md", "## What it promises\n", "\n## What to change first\n"),
    "zh": (".zh-CN.md", "## 它承诺什么\n", "\n## 先改哪里\n"),
}


def pages() -> Iterator[tuple[Path, str]]:
    """Each page, with the text that it ought to have."""
    for name in PURPOSES:
        for language, (ending, heading, following) in _PAGES.items():
            page = FOLDER / f"{name}{ending}"
            before, _, rest = page.read_text(encoding="utf-8").partition(heading)
            after = rest.partition(following)[2]
            said = "".join(f"- {said}\n" for said in sentences(template(name), language))
            yield page, f"{before}{heading}\n{said}{following}{after}"


if __name__ == "__main__":
    for file, text in list(pages()):
        file.write_text(text, encoding="utf-8")
