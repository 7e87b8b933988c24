"""The same source compiled by Numba, for whole histories at once (the optional extra `jifen[bulk]`)."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jifen.engine.errors import EngineError
from jifen.engine.plan import Plan
from jifen.wording import Said

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

# Nothing here allocates: without Numba's reference counts a row costs nothing (a third faster).
# Nor is it called but by the loop, and the loop by Python alone: doors that nobody uses cost a tenth of compiling.
_OPTIONS = 'error_model="numpy", _nrt=False, no_cfunc_wrapper=True'
_COMPILED = f"@njit({_OPTIONS}, no_cpython_wrapper=True)\n"
_AHEAD = 16  # events; far enough for memory to answer
# Of wider rows only the beginning is asked for: their rings are mostly not touched.
_AHEAD_CELLS = 64
_WORTH_SHARING = 100_000  # events; below, threads cost more than they save
_SHARES_AT_MOST = 8  # each reads who all events are of
_RUN = f"""

@njit(
    "void(i8[:, ::1], i8[::1], i8[:, ::1], i8[:, ::1], i8[::1], i8[:, ::1], b1, i8, i8)",
    cache=True, nogil=True, {_OPTIONS}
)
def run(states, members, events, lines, line_first, out, keep, share, shares):
    ahead = {_AHEAD} * shares
    for number in range(len(members)):
        if number + ahead < len(members) and members[number + ahead] & (shares - 1) == share:
            coming = row_of(states, members[number + ahead])
            for cell in range(0, min(states.shape[1], {_AHEAD_CELLS}), 8):
                prefetch(coming, cell)
        if members[number] & (shares - 1) != share:
            continue
        step(
            row_of(states, members[number]),
            row_of(events, number),
            lines,
            line_first[number],
            line_first[number + 1],
            row_of(out, number if keep else 0),
        )
"""


class BulkRunner:
    """A plan as machine code, kept between processes in the user's cache folder."""

    def __init__(self, plan: Plan, cache: Path | None = None) -> None:
        """Compile, or load what was compiled before. EngineError if Numba is not installed."""
        if importlib.util.find_spec("numba") is None:
            raise EngineError(
                Said(
                    "Bulk runs need Numba: install jifen[bulk].",
                    "批量计算需要 Numba：请安装 jifen[bulk]。",
                )
            )
        self.plan = plan
        self._run = _loaded(numba_source(plan.source), cache or cache_folder())

    def run(
        self,
        states: Integers,
        members: Integers,
        events: Integers,
        lines: Integers,
        line_first: Integers,
        out: Integers,
        keep: bool,
    ) -> None:
        """Judge events in order; `states` and `out` are written.

        states (members, layout.width), members (events,): the row of each event's member, events
        (events, columns), lines (line columns, lines), line_first (events + 1,): the lines of event i
        are line_first[i] up to line_first[i + 1], out (events or 1, out_width); all int64 in C order.
        `keep`: one out row an event, else each is written over the one before. ValueError for other shapes.
        Many events are judged by all cores, each with members of its own: what is written is the same.
        """
        plan = self.plan
        wanted = {
            "states": (states.shape[1:], (plan.layout.width,)),
            "events": (events.shape, (len(members), len(plan.event_columns))),
            "line_first": (line_first.shape, (len(members) + 1,)),
            "out": (out.shape[1:], (plan.out_width,)),
        }
        for name, (found, expected) in wanted.items():
            if found != expected:
                raise ValueError(f"{name} has shape {found}, expected {expected}")
        if len(out) < (len(members) if keep else 1):
            raise ValueError("out has too few rows")
        if len(lines) != len(plan.line_event_columns):
            raise ValueError(f"lines has {len(lines)} columns")
        if len(members) and not 0 <= members.min() <= members.max() < len(states):
            raise ValueError("members names rows that states does not have")
        if line_first[0] < 0 or (line_first[1:] < line_first[:-1]).any():
            raise ValueError("line_first must ascend")
        if len(lines) and line_first[-1] > lines.shape[1]:
            raise ValueError("line_first names lines that are not there")
        shares = _shares() if len(members) >= _WORTH_SHARING else 1
        outs = [out if keep or share == 0 else out[:1].copy() for share in range(shares)]

        def judge(share: int) -> None:
            self._run(states, members, events, lines, line_first, outs[share], keep, share, shares)

        with ThreadPoolExecutor(shares) as threads:
            list(threads.map(judge, range(shares)))


def _shares() -> int:
    """Among how many threads members are shared: a power of two, as many as there are cores for."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(1 << (cores.bit_length() - 1), _SHARES_AT_MOST)


def numba_source(source: str) -> str:
    """The module that Numba compiles: the very same functions, and the loop over events."""
    compiled = re.sub(r"^def ", _COMPILED + "def ", source, flags=re.MULTILINE)
    imports = "from numba import njit\n\nfrom jifen.engine.memory import prefetch, row_of\n\n"
    return f"{imports}{compiled}{_RUN}"


def cache_folder() -> Path:
    """Where compiled plans are kept for this user; a temporary folder if there is no place."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA", tempfile.gettempdir())
    elif sys.platform == "darwin":
        root = os.path.join(home, "Library", "Caches")
    else:
        root = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    folder = Path(root, "jifen", "engine")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="jifen-engine-"))
    return folder if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="jifen-engine-"))


def is_compiled(plan: Plan, cache: Path | None = None) -> bool:
    """Whether a plan was compiled before by this user."""
    path = _module(numba_source(plan.source), cache or cache_folder())
    return any((path.parent / "__pycache__").glob(f"{path.stem}.run-*.nbc"))


def _module(source: str, folder: Path) -> Path:
    """Where a source is kept: it is written once and named by its content."""
    return folder / f"step_{hashlib.sha256(source.encode()).hexdigest()[:32]}.py"


def _loaded(source: str, folder: Path) -> Any:
    """The compiled loop of a module."""
    path = _module(source, folder)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
            file.write(source)
        os.replace(file.name, path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where Numba looks when it loads what it kept
    spec.loader.exec_module(module)
    return module.run
