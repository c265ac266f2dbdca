"""The recurrent layers of a saved network: rows cut into blocks, and walked by C++ or numpy."""
