"""jifen (积分): an open loyalty platform whose every point is explained and proved."""
