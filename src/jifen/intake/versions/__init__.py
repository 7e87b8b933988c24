"""Programmes at work: opened, published, and corrected for the past."""
