"""The part of every question that its author cannot see or leave out.

Access turns a person into a set of tokens; a record carries the
tokens of those who may find it.  One common token, and the record is within reach.  No token
finds nothing: an empty set is never "no filter".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tantivy import Occur, Query, Schema

__all__ = ["Permitted", "permitted_query"]


@dataclass(frozen=True)
class Permitted:
    """The tokens of one person, made by access from the person's present standing."""

    tokens: frozenset[str]

    def __post_init__(self) -> None:
        if not all(isinstance(token, str) and token for token in self.tokens):
            raise ValueError("a token is a text that is not empty")


def permitted_query(schema: Schema, permitted: Permitted) -> Any:
    """Build the filter; it takes no part in the score."""
    if not permitted.tokens:
        return Query.empty_query()
    any_of = [
        (Occur.Should, Query.term_query(schema, "acl", token, index_option="basic"))
        for token in sorted(permitted.tokens)
    ]
    return Query.const_score_query(Query.boolean_query(any_of), 0.0)
