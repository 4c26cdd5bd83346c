"""Screening: what recorded episodes say of a reward program before it is trained."""

from .discount import discount_of
from .pool import pool_of
from .preference import Preference, preference, returns_of
from .screen import ScreenSettings, screen

__all__ = ["Preference", "ScreenSettings", "discount_of", "pool_of", "preference", "returns_of", "screen"]
