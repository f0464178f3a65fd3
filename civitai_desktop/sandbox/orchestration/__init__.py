"""The sandbox's workflows: ordered, priced, timed and kept."""
