"""What is made of an original for people and for the future, never in its place.

A preservation copy as two-layer PDF/A-2b (``copy``), pictures of pages (``previews``), the
state of electronic signatures (``signatures``), and pages of a scan as a file of their own
(``part``).  ``maker.Maker`` runs them in the sandbox.
"""
