"""What members do with points, asked by them or by hand: decided in memory, on one case."""
