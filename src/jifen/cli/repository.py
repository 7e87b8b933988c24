"""The repository that this package runs from, where examples and benchmarks lie."""

from __future__ import annotations

from pathlib import Path


def repository_folder() -> Path | None:
    """The clone, if the package runs from one or the command was called in one."""
    for folder in (Path(__file__).parents[3], Path.cwd()):
        if (folder / "examples").is_dir() and (folder / "bench").is_dir():
            return folder
    return None
