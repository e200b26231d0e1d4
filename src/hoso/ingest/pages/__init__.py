"""One page at a time: its picture, its text layer, or what recognition makes of it.

Everything here runs inside the sandboxed child.
"""
