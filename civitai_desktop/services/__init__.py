"""Use cases in plain asyncio."""
