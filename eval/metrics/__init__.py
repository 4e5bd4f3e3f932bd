"""Reference implementations of every figure the product publishes about itself. Pure: standard library only."""
