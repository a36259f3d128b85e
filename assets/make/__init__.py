"""Scripts that train what ships with the app, one for each family of networks."""
