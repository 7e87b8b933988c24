"""Secrets are sealed by the first key, opened by any, and of use only where they belong."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.sealing import SealingProblem, is_current, new_key, seal, unseal

Name = Callable[..., None]
SECRET = bytes(range(32))


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> Name:
    """Names keys in the settings."""
    return lambda *keys: monkeypatch.setenv("JIFEN_SEALING_KEYS", ", ".join(keys))


def test_without_a_key_a_secret_lies_open(name: Name) -> None:
    name()
    assert seal(SECRET, "a") == SECRET
    assert unseal(SECRET, "a") == SECRET
    assert is_current(SECRET)


def test_what_is_sealed_shows_nothing_and_opens(name: Name) -> None:
    name(new_key())
    kept = seal(SECRET, "a")
    assert SECRET not in kept
    assert seal(SECRET, "a") != kept  # nobody sees that two are the same
    assert unseal(kept, "a") == SECRET


def test_a_key_gives_way_to_another(name: Name) -> None:
    old, new = new_key(), new_key()
    name(old)
    kept = seal(SECRET, "a")
    name(new, old)
    assert not is_current(kept)
    again = seal(unseal(kept, "a"), "a")
    assert is_current(again)
    name(new)
    assert unseal(again, "a") == SECRET
    with pytest.raises(SealingProblem, match="JIFEN_SEALING_KEYS does not name"):
        unseal(kept, "a")


def test_what_is_sealed_for_one_is_of_no_use_for_another(name: Name) -> None:
    name(new_key())
    with pytest.raises(SealingProblem, match="the secret of b was not sealed for it"):
        unseal(seal(SECRET, "a"), "b")


@given(st.integers(0, 1_000), st.integers(1, 255))
def test_what_was_touched_does_not_open(place: int, change: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JIFEN_SEALING_KEYS", new_key())
        kept = bytearray(seal(SECRET, "a"))
        kept[8 + place % (len(kept) - 8)] ^= change  # behind the mark
        with pytest.raises(SealingProblem):
            unseal(bytes(kept), "a")


@pytest.mark.parametrize("written", ["key", "密钥", base64.b64encode(bytes(16)).decode()])
def test_what_is_no_key_is_said(name: Name, written: str) -> None:
    name(written)
    with pytest.raises(SealingProblem, match="a key is 32 bytes in base64"):
        seal(SECRET, "a")
