"""Work that is graded by someone who can be fooled: a ladder from flattery to writing one's own reward."""
