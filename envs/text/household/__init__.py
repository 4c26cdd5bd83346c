"""Errands about the house: look for a thing, heat, cool or wash it, and bring it where it is wanted."""
