"""Who asks: the command line, configuration, digests and the practice portal."""
