"""`python -m jifen` is `jifen`."""

from __future__ import annotations

from jifen.cli import main

main()
