"""States and transitions as declared in ``profiles/*/workflows``; who may is access's."""
