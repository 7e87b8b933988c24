"""What ties members to each other: referral, households, merges, and what one's deed does to another."""
