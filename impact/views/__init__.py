"""What anybody sees, what staff see, and what programs are told."""
