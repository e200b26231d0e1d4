"""What every floor may know; the kernel itself knows nothing of personnel."""
