"""Everything evaluated again and every sum drawn again: what must be true is shown to be."""
