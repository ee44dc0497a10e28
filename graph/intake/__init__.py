"""How files of rows become nodes and relationships: read, checked, staged, compared, kept.

Everything is checked before the first write; what is in the graph already is not written again.
Knows the declarations and no entity by name; what words a column may have is in `header.json`.
"""
