"""The fields of the form, each edited by its kind."""
