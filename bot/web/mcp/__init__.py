"""Muster for programs with a language model in them, by the Model Context Protocol: a door like the API's, with less
behind it."""
