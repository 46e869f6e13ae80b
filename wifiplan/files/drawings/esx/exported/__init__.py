"""The members of a project, made from a site: one module a part of it."""
