"""The practice portal: pages we write ourselves, in the real shapes, served on loopback."""
