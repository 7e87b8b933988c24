"""What is the matter with a file is told in both languages, in our own words where we have some."""

from __future__ import annotations

from pathlib import Path

import pytest
from both_languages import told_in_both

from jifen.cli.problems import explain
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.problems import FileProblem
from jifen.stories.reading import read_stories
from jifen.wording import of_file


@pytest.mark.parametrize(
    ("kind", "en", "zh"),
    [
        (FileNotFoundError, "there is no file a.yaml", "没有文件 a.yaml"),
        (
            PermissionError,
            "a.yaml may not be used: permission is missing",
            "没有使用 a.yaml 的权限",
        ),
        (IsADirectoryError, "a.yaml is a folder", "a.yaml 是文件夹"),
        (OSError, "cannot use a.yaml: worn out", "无法使用 a.yaml：worn out"),
    ],
)
def test_what_is_the_matter_with_a_file_is_said(kind: type[OSError], en: str, zh: str) -> None:
    said = of_file(kind(5 if kind is OSError else 0, "worn out", "a.yaml"))
    assert (said.en, said.zh) == (en, zh)


def test_a_mapping_that_is_not_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        load_mapping(tmp_path / "nowhere.yaml")
    told_in_both(caught.value.message)
    assert str(caught.value.message) == f"there is no file {tmp_path / 'nowhere.yaml'}"


def test_a_file_that_is_not_there_may_be_another_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "returns.yaml").write_text("story: it holds\n")
    with pytest.raises(FileNotFoundError) as caught:
        read_stories(tmp_path / "return.yaml")
    _, hint = explain(caught.value) or ("", None)
    assert hint == "did you mean 'returns.yaml'?"
