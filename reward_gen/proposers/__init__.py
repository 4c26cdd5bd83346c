"""Everything that writes a reward: the grammar, language models, files."""
