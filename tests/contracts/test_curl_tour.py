"""The tour of the first page works as it is pasted, and answers what the page says."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from pasting import pasted

ROOT = Path(__file__).parents[2]
_TOUR = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_tour_works_as_pasted(page: str, database_url: str, tmp_path: Path) -> None:
    written = (ROOT / page).read_text(encoding="utf-8")
    (tour,) = _TOUR.findall(written)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    tour = tour.replace("localhost:8000", f"127.0.0.1:{port}")
    tour = tour.replace("jifen serve", f"jifen serve --port {port}")
    stdout = pasted(tour, database_url, tmp_path)
    lines = stdout.splitlines()
    answers = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(answers) == 7, stdout
    member, first, again, why, *_, ann = answers
    assert member["currencies"]["points"]["points"] == 0
    assert first == again
    assert first["points"] == {"points": 80, "growth": 60}
    assert any("80" in sentence for sentence in why["sentences"])
    assert ann["currencies"]["points"]["points"] == 45
    shown = [json.loads(block) for block in _SHOWN.findall(written)]
    assert len(shown) == 2
    for one in shown:
        assert any(_says(answer, one) for answer in answers), (one, answers)


def _says(answer: dict[str, Any], shown: dict[str, Any]) -> bool:
    """Whether an answer says all that is shown of it."""
    return shown == {name: answer.get(name) for name in shown}
