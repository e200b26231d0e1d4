"""What tests stand on: a prepared site, a frozen clock, people at their desks, papers.

Only tests import this package.  Situations are made by fixtures (``tests/conftest.py``),
things by builders here; whatever is made is visibly invented.
"""
