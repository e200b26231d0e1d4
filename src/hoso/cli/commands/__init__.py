"""One module per noun.

A module has ``add(subparsers)``, which declares its commands and sets ``run`` on them:
``run(args, out) -> int`` for those that need no site, ``with_site(args, house, out) -> int``
for those that do.  Exit status 0 done, 1 something was refused or found wrong, 2 usage.
"""
