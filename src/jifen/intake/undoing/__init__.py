"""What changes a member's past: returns, late events, goods in exchange; judged again, the differences posted."""
