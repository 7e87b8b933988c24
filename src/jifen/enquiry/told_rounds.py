"""A round of a lucky draw as it is told to strangers, computed again from its seed alone."""

from __future__ import annotations

from pathlib import Path

import msgspec

from jifen.engine.fair_drawing import commitment_of, outcomes
from jifen.programme.draws import Gift, Prize
from jifen.programme.saying.naming import Name
from jifen.wording import Mendable, Said


class ToldPrize(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    weight: int
    most: int | None = None


class ToldSpin(msgspec.Struct, frozen=True, kw_only=True):
    """Whose spin it was, which one of theirs, on what it fell and what was given."""

    member: str
    spin: int
    drawn: str
    prize: str


class ToldRound(msgspec.Struct, frozen=True, kw_only=True):
    """What `jifen draw show DRAW --round N --json` writes, as far as computing it again takes."""

    draw: str
    round: int
    commitment: str
    seed: str | None
    thanks: str
    prizes: list[ToldPrize]
    spins: list[ToldSpin]


_decode = msgspec.json.Decoder(ToldRound).decode


def read_round(file: Path) -> ToldRound:
    """A round from a file. Raises OSError, and Mendable where it is none, or not closed."""
    try:
        told = _decode(file.read_bytes())
        seed = bytes.fromhex(told.seed or "")
    except (msgspec.DecodeError, ValueError) as error:
        raise Mendable(
            Said(
                f"{file.name} is no round of a draw: {error}",
                f"{file.name} 不是抽奖的一轮：{error}",
            )
        ) from None
    if not seed:
        raise Mendable(
            Said(
                "the round is not closed: nobody knows its seed yet",
                "这一轮还没有结束，种子尚未公布",
            )
        )
    return told


def differing_spins(told: ToldRound) -> list[Said]:
    """What is not as the seed says: the seed itself, or spins, in words; nothing where all of it is."""
    seed = bytes.fromhex(told.seed or "")
    if commitment_of(seed).hex() != told.commitment:
        return [Said("its SHA-256 is not the one that was promised", "种子的 SHA-256 与公布的不同")]
    prizes = tuple(
        Prize(
            one.id,
            Name(one.id, one.id),
            one.weight,
            None if one.id == told.thanks else Gift("", 1),
            one.most,
        )
        for one in told.prizes
    )
    members = [one.member for one in told.spins]
    found = outcomes(seed, told.draw, told.round, prizes, members)
    return [
        Said(
            f"spin {one.spin} of {one.member} brings {prizes[due.given].id}, not {one.prize}",
            f"{one.member} 第 {one.spin} 次应得 {prizes[due.given].id}，而非 {one.prize}",
        )
        for one, due in zip(told.spins, found, strict=True)
        if (one.spin, one.drawn, one.prize)
        != (due.spin_no, prizes[due.drawn].id, prizes[due.given].id)
    ]
