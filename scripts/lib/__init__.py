"""Making samples, degrading them, and measuring what the pipeline makes of them."""
