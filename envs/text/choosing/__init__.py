"""Choosing among things of visible worth: an ordered list, a helper at a price."""
