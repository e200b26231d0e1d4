"""What one person lets another do: grants, permits of a second person, written consents."""
