"""What the window runs on: application, event loop, settings file, one instance."""
