"""The one door to PyTorch, which nothing else in the app needs; it is loaded when used."""
