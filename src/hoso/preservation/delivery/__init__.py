"""Packages on their way out: what was frozen, where it goes, what the archive answered."""
