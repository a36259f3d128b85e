"""The settings of the pages that are not about one run of one cell."""
