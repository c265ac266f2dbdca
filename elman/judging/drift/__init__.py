"""Whether rows of now are like rows of then, and what to do."""
