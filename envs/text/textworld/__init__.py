"""TextWorld games (Côté et al. 2018), played from tables of their commands; playing needs no TextWorld."""
