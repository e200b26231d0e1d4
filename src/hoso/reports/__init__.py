"""What is told of the whole: what is lacking, what was drawn as a sample."""
