"""Run all measurements, or those named: prints one table, writes bench/latest.json."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from bench.reporting import Row, table

NAMES = (
    "engine",
    "replay",
    "earn_bulk",
    "earn_http",
    "hot_item",
    "reads",
    "catalogue",
    "memory",
    "unsorted",
    "growth",
    "expire",
    "corrections",
    "codes",
    "webhooks",
)


def main(names: list[str]) -> None:
    """Measure and print. Unknown names end with a sentence."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"jifen: there is no measurement '{unknown[0]}': choose from {', '.join(NAMES)}")
    rows: list[Row] = []
    for name in names or NAMES:
        print(f"measuring {name} ...", file=sys.stderr)
        rows += importlib.import_module(f"bench.{name}").measure()
    print(table(rows))
    if not names:
        path = Path(__file__).with_name("latest.json")
        path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


main(sys.argv[1:])
