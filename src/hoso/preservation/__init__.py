"""Packages that an archive can read without us.

``package`` is the neutral package, pure values; ``formats`` write it, ``metadata`` describes
it; ``check`` re-opens what was written with code that shares nothing with either.
"""
