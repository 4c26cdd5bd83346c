"""Proposers that ask a language model."""
