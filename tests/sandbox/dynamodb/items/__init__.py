"""The operations on items, on a table in memory: no HTTP, no moto."""
