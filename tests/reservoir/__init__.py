"""Tests of reservoirs and their read-outs."""
