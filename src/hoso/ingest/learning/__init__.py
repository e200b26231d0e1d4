"""What people correct is learnt as data that can be read and undone; never applied unseen.

``lessons`` decides and is pure; ``model`` keeps; who may, and the journal, are the desk's.
"""
