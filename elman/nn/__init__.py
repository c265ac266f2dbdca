"""Parts of modules: initialisation and pooling."""
