"""ZODB: opening, transactions, blobs, evolution.  Knows nothing of records."""
