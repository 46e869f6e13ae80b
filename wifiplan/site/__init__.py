"""What exists: frozen records of buildings and access points, their plane geometry, and assumed buildings."""
