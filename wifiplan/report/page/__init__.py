"""Pages for a browser: one file that holds all it needs, shared by the planner and the printed answers."""
