"""Who may ask, how much, and which reading answers it; knows no Cypher, no HTTP, no driver."""
