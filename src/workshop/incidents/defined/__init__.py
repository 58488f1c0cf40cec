"""The incidents, by what of the stack they change."""
