"""The receipt of a batch: set in type as PDF/A, signed with the key of the site."""
