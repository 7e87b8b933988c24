"""A node of a Citus cluster on this machine, for tests that stop it as a loss of power would."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import psycopg

_WHERE: Final = """
SELECT current_setting('data_directory'), programs.setting, libraries.setting
FROM pg_config programs, pg_config libraries WHERE programs.name = 'BINDIR' AND libraries.name = 'LIBDIR'
"""


class Node(NamedTuple):
    """A PostgreSQL server by its folder and the folders of its programs and libraries."""

    port: int
    data: Path
    programs: Path
    libraries: Path

    @classmethod
    def here(cls, url: str) -> Self | None:
        """The node of an address; None where its folder is not on this machine."""
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(_WHERE).fetchone()
            port = connection.info.port
        assert found is not None
        data, programs, libraries = map(Path, found)
        standing = (data / "postmaster.pid").exists()
        return cls(port, data, programs, libraries) if standing else None

    def stop_at_once(self) -> None:
        """End it amid whatever it does: nothing is written down any more, and nobody is told."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Let it recover from its log, and serve again."""
        self._control("start")

    def _control(self, *what: str) -> None:
        command = [str(self.programs / "pg_ctl"), "-w", "-s", "-D", str(self.data), *what]
        owner = self.data.stat()
        subprocess.run(
            command,
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[],
            cwd=self.data,
            env={"LD_LIBRARY_PATH": str(self.libraries), "TZ": "UTC"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def port_of_programme(connection: psycopg.Connection[Any], slug: str) -> int:
    """Of the node on which a programme lies."""
    found = connection.execute(
        """
        SELECT nodeport FROM programme
        JOIN pg_dist_placement ON shardid = get_shard_id_for_distribution_column('member', programme_id)
        JOIN pg_dist_node USING (groupid) WHERE slug = %s
        """,
        [slug],
    ).fetchone()
    assert found is not None
    return int(found[0])
