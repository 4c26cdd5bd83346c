"""How far apart two rewards are, without training anything: EPIC and STARC, exact and from samples."""

from .between import Norm, between
from .canonical import Canonical, canonical
from .features import StateFeatures, field_numbers
from .potentials import PotentialProbe
from .sampled import EpicProbe, Probe, distance
from .tabular import Tabular, normalised_regret, tabular_distance

__all__ = [
    "Canonical",
    "EpicProbe",
    "Norm",
    "PotentialProbe",
    "Probe",
    "StateFeatures",
    "Tabular",
    "between",
    "canonical",
    "distance",
    "field_numbers",
    "normalised_regret",
    "tabular_distance",
]
