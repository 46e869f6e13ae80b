"""What people open in a spreadsheet: one module a workbook, and the sheets they are made of.

Nothing is loaded here: a school's form needs none of what a county's answers rest on.
"""
