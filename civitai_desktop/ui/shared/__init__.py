"""Small things several screens share."""
