"""What others are told: brought into an order after commit, read from a place on, and sent to who asked for it."""
