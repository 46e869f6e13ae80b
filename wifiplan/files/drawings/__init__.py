"""Drawings and projects of other tools, read into sites and written from them: one module or package a format."""
