"""Incoming files: what they are, whether they may come in, what is written on them.

Everything that parses runs in a child process with limits (``sandbox``); the parent only
starts children, keeps time and collects answers.  ``reading.Reader`` is the way in.
"""
