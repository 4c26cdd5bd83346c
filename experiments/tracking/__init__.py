"""What an experiment writes, while it runs, for tools that draw curves: TensorBoard, Weights & Biases."""

from .follow import followed
from .open import Service, open_tracker
from .tracker import NOTHING, Tracker

__all__ = ["NOTHING", "Service", "Tracker", "followed", "open_tracker"]
