"""The journal: append-only, in a database of its own, chained as written and sealed by the day.

``entry`` is the value, ``journal`` writes and reads, ``sealing`` closes days, and ``proof``
checks the whole with code that shares nothing with the other three.
"""
