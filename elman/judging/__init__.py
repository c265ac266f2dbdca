"""What is right, how sure that is, and who is better; numpy only, and no task by name."""
