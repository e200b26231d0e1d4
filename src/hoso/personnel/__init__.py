"""What happens in a person's service: leaving it, the age of retirement, handing a dossier over."""
