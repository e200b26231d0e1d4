"""Packages that come in: unpacked with care, recognised, restored or laid into a tray."""
