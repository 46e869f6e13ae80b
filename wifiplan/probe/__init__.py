"""What happens on site: frames heard, a whole class on line, services asked, and a verdict that can be signed."""
