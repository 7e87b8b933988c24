"""What became of an imported file, in numbers for machines."""

from __future__ import annotations

from typing import Any

from jifen.intake.files.importing import ImportReport


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
