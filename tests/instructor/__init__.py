"""What the instructor's pages say of the labs is so."""
