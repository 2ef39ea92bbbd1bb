"""The commands of digests: made at once, drafted and issued, handed on, cited."""
