"""The window around its rooms: frame, menu, status bar, messages and questions."""
