"""What keeps an installation running: what it counts, what it logs, and how it is measured from outside."""
