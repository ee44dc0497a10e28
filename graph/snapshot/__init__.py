"""The network in arrays: who can do what, from where, and how the territories hang together.

Heavy questions are answered from here, without an engine. Each part says how it is read and how a
part of it is read again; `snapshot.py` keeps it as the graph has it. Knows no question.
"""
