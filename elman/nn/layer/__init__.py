"""What the drop-in recurrent layers share, and how they meet torch's compiler and other tools."""
