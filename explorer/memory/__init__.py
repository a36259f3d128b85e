"""Memories that settle into what they know: Hopfield networks, classic, continuous and dense."""
