"""The recurrences as functions of tensors: twins with one name and one signature."""
