module x
requires a v1
