"""Whether every file is still what came in: read again and again, at a bounded rate."""
