"""Every act a person or a machine may perform, whatever the channel.

``act.py`` says what an act is; the other modules hold one subject each.  A channel (page,
command, worker) makes a :class:`~hoso.desk.desk.Desk` for one unit of work, calls acts, and
commits or aborts.
"""
