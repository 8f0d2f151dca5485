"""What other systems describe, taken over as worlds."""
