"""BabyAI levels (Chevalier-Boisvert et al. 2019) by their official code."""
