"""The ``hoso`` command."""
