"""Losses, and later tasks, optimisers and learning rules."""
