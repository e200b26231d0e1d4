"""Package formats: plug-ins under ``IPackageFormat``."""
