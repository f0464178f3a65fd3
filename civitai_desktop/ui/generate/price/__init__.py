"""What the form would cost."""
