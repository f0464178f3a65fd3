"""The dialogs in which people make lasting choices."""
