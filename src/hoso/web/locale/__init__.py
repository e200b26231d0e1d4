"""What the pages and messages say, in each language; msgids are the English sentences."""
