"""What people ask about a member: read, never written."""
