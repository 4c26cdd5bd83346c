"""The evolutionary loop and what determines it."""
