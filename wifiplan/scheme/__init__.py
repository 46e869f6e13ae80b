"""What the ministry funds: pure arithmetic on records."""
