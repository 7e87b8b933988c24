"""The receiver of the guide to webhooks is told what the guide says, on one machine, as it is pasted."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from pasting import pasted

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
_RECEIVER = re.compile(r"^```python\n# receiver.py\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(
    r"^```bash\n(jifen init.*?)^```$\s+^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_UNTIL_IT_IS_THERE = "until jifen webhook show mine | grep delivered; do sleep 1; done"


@pytest.mark.parametrize("page", ["webhooks.md", "webhooks.zh-CN.md"])
def test_a_webhook_arrives_on_the_same_machine(
    page: str, database_url: str, tmp_path: Path
) -> None:
    guide = (GUIDES / page).read_text(encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
    (receiver,) = _RECEIVER.findall(guide)
    ((script, told),) = _SHOWN.findall(guide)
    (tmp_path / "receiver.py").write_text(receiver.replace("9000", port), encoding="utf-8")
    assert "\nsleep 10\n" in script  # which a machine that has much to do waits for longer
    script = script.replace("\nsleep 10\n", f"\n{_UNTIL_IT_IS_THERE}\n")
    printed = pasted(script.replace(":9000", f":{port}"), database_url, tmp_path)
    assert told in printed
    assert "webhook.test" in printed
