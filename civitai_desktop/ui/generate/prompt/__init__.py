"""The prompt: its text, its history, and what is pasted into it."""
