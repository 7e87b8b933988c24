"""The example of the guide to importing prints what the guide shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from jifen.cli.language import speak
from jifen.cli.root import root

ROOT = Path(__file__).parents[2]
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECONDS = re.compile(r"\d+\.\d(?= s\b| 秒)")


@pytest.mark.parametrize(
    ("page", "language"), [("importing.md", "en"), ("importing.zh-CN.md", "zh")]
)
def test_the_example_of_the_guide_prints_what_it_shows(
    page: str, language: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples" / "shop-export", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)
    (shown,) = _CONSOLE.findall((ROOT / "docs" / "guides" / page).read_text(encoding="utf-8"))
    speak("zh" if language == "zh" else "en")
    try:
        for part in re.split(r"^\$ jifen ", shown, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            said = CliRunner().invoke(root(), shlex.split(command), catch_exceptions=False)
            assert _SECONDS.sub("…", said.stdout.rstrip()) == _SECONDS.sub("…", output.rstrip())
        rejects = tmp_path / "orders.rejects.csv"
        rejects.write_text(
            rejects.read_text("utf-8").replace(",2026-02-30", ",2026-02-28"), "utf-8"
        )
        mended = CliRunner().invoke(root(), ["import", "mapping.yaml", rejects.name])
        assert mended.exit_code == 0
    finally:
        speak("en")
