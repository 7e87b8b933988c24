"""Codes that we make ourselves: easily read out and typed in, checked against slips, too many to be guessed."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: none is taken for another."""
_BITS: Final = 5
_GUESSES_BITS: Final = 40
"""Who guesses finds one in 2**40 tries, with all codes of a making there to be found."""
_GROUP: Final = 4


def length_for(count: int) -> int:
    """How many characters codes have of which so many are made, the check character included: whole groups."""
    random = -(-(count.bit_length() + _GUESSES_BITS) // _BITS)
    return -(-(random + 1) // _GROUP) * _GROUP


def mint(count: int, length: int) -> list[str]:
    """So many codes, such as `7KQM-2ZPA-XW4C`. That two are alike is as unlikely as a good guess, and for whoever keeps
    them to see."""
    return [_written(secrets.token_bytes(length - 1)) for _ in range(count)]


def is_sound(code: str) -> bool:
    """Whether the check character of a code of ours is right: with one wrong, or two neighbours swapped, it is not
    (but for the pair 2 and Z)."""
    letters = code.replace("-", "")
    if len(letters) < 2 or any(letter not in ALPHABET for letter in letters):
        return False
    return _check(bytes(ALPHABET.index(letter) for letter in letters[:-1])) == letters[-1]


def _written(chosen: bytes) -> str:
    """A code of which each byte has chosen a character, by its last five bits."""
    letters = chosen.translate(_LETTERS).decode() + _check(chosen)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _check(chosen: bytes) -> str:
    """The character that makes the sum whole: the Luhn algorithm to the base 32 (ISO/IEC 7812-1, Annex B, has it to the
    base 10)."""
    worth = sum(chosen[::-2].translate(_DOUBLED)) + sum(chosen[-2::-2].translate(_SINGLE))
    return ALPHABET[-worth % 32]


_LETTERS: Final = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))
_SINGLE: Final = bytes(byte & 31 for byte in range(256))
_DOUBLED: Final = bytes(2 * digit // 32 + 2 * digit % 32 for digit in _SINGLE)
