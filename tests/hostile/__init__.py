"""A hostile world, made from a seed: good sites beside bad ones, and files made to do harm."""
