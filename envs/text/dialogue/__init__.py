"""Talking to somebody who knows more: what to ask, and when to stop asking."""
