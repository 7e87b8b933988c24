"""What places an order: the redemption that it is called like, or the spin of a draw that won it."""

from __future__ import annotations

from typing import Final

from jifen.ledger.records import SPIN

OF_PRIZES: Final = "prize:"
"""With what the ids of orders begin that spins place; no redemption's id does."""


def order_of_spin(spin_id: str) -> str:
    """The id of the order that a spin places, where its prize is sent or picked up."""
    return OF_PRIZES + spin_id


def placing_key(order_id: str) -> str:
    """The key of the command that placed an order of such an id, if there is one."""
    if order_id.startswith(OF_PRIZES):
        return f"{SPIN}/{order_id.removeprefix(OF_PRIZES)}"
    return f"redeem/{order_id}"


def is_of_spin(key: str) -> bool:
    """Whether a key is that of a spin."""
    return key.startswith(f"{SPIN}/")
