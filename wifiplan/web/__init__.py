"""The planner in a browser: a server on this machine alone, and the pages that it gives."""
