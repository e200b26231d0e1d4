"""Finding records: one index beside the database, fed by a journal of changes.

What a record says to the index is an ``Entry`` (values.py).  Deeds note the ids they changed in
the change journal (model.py, changes.py) within their own transaction; the follower carries
them into the index (follower.py); the engine answers questions, always for somebody
(permitted.py, engine.py).  Nothing here decides who may see what: that is ``hoso.access``.
"""
