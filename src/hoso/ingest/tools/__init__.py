"""Commands that prepare a machine for reading papers."""
