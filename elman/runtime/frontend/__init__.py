"""What turns raw signals into the steps that a network reads, whole or packet by packet."""
