"""Tools that only some need: each in a folder of its own below `.sandbox/`, installed when first used."""
