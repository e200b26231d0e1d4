"""Descriptions inside a package: Dublin Core as XML, everything as JSON."""
