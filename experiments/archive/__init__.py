"""What has been found so far, and whom the next generation is made from."""

from .archive import FROM_ONE_CELL, Archive
from .cells import Cell, cell_of
from .duplicates import Duplicates
from .novelty import behaviour, novelty

__all__ = ["FROM_ONE_CELL", "Archive", "Cell", "Duplicates", "behaviour", "cell_of", "novelty"]
