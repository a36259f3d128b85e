"""Wirings: what is built from cells by composition, the cells themselves untouched."""
