"""Disposal: lists that a council reviews, a head decides and another person carries out.

``model`` keeps the facts, ``freezing``, ``council``, ``deciding`` and ``asking`` decide (pure).
"""
