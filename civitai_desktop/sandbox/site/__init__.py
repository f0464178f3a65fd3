"""The sandbox's site: account, resources and their pictures."""
