"""Bulk import: a folder of files and a list that describes them, row by row.

The list (CSV or XLSX) is a stranger's file: a sandboxed child turns it into plain rows
(``tables``), which the parent reads one at a time (``opened``).  ``mapping`` says which column
is what, ``rows`` what a row says, ``folder`` finds its file without leaving the folder, and
``findings`` keeps what is wrong in a file.  Nothing here asks who may; that is the desk's.

Memory does not grow with the list: what must be remembered of every row is on disk (``seen``).
"""
