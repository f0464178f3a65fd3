"""The routes of workflows, and how they are shown."""
