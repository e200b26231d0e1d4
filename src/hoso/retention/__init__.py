"""How long a record is kept, from when, under which rule, and what forbids its disposal.

``triggers`` finds the event a period is counted from, ``schedule`` decides, ``explaining``
writes the reasons for people; these three are pure.  ``model`` keeps holds and due dates,
``holds`` and ``calendar`` work on them.
"""
