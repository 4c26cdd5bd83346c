"""Questions that lead through several facts: walk a knowledge graph, or search a store of documents."""
