"""Character models: letters as numbers, a text read letter by letter, a text written by itself."""
