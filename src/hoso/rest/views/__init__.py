"""What a program can do, one module for each module of the desk."""
