"""The practice portal and its demo: pages we write ourselves, in the real shapes, on loopback.

A feature that stands alone: of the product, only its two commands know it.
"""
