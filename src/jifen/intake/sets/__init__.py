"""Sets: rewards that consist of others."""
