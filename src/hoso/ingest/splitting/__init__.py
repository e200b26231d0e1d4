"""One scan, many papers: where the next one begins, and that no page is lost on the way.

Pure: what is known of the pages in, proposals and faults out.  ``separators`` follows our own
sheets, ``cuts`` proposes, ``plan`` is what a split is to be and what is wrong with it,
``arrangement`` the same for the order of one paper's pages.
"""
