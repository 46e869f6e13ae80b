"""Studies -> pages, workbooks and charts: the same sheets in both, so that no figure is worded twice."""
