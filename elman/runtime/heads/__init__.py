"""What turns the outputs of all steps into a network's answer."""
