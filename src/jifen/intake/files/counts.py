"""What became of an imported file, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class ImportReport:
    """What became of a file. `refused` and `skipped` count by reason; `rejected` are rows handed back."""

    rows_read: int = 0
    events: int = 0
    returns: int = 0
    openings: int = 0
    replayed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    ambiguous_times: int = 0
    missing_times: int = 0
    posting: int = 0  # of the chunk at work, so many commands so far
    already_imported: bool = False
    rejects_path: Path | None = None
    seconds: float = 0.0

    @property
    def all_handed_back(self) -> bool:
        """Whether rows were handed back or refused, and nothing else came of any."""
        taken = self.events or self.returns or self.openings or self.replayed
        return not taken and bool(self.rejected or self.refused)


def counts_of(report: ImportReport) -> dict[str, Any]:
    """Rows and commands counted, by reason where there are reasons."""
    return {
        "rows_read": report.rows_read,
        "events": report.events,
        "returns": report.returns,
        "openings": report.openings,
        "replayed": report.replayed,
        "refused": dict(report.refused),
        "skipped": dict(report.skipped),
        "rejected": dict(report.rejected),
        "ambiguous_times": report.ambiguous_times,
        "missing_times": report.missing_times,
        "already_imported": report.already_imported,
        "seconds": round(report.seconds, 3),
    }
