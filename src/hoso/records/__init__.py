"""The record tree: site, units, dossiers, documents, renditions."""
