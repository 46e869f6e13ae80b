"""What the lines of a drawing mean: walls of two faces, openings in them, rooms between them."""
