"""From files of sounds or readings to steps that train: read, look, split, scale."""
