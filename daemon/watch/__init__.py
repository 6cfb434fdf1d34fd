"""What operations look at: health, explanations."""
