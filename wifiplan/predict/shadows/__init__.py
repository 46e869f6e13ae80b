"""What stands between a source and points: the compiled kernels.

`rays` reads every ray exactly, wall by wall, with its own angle: the points that a plan is judged at. `grid` and
`sectors` are the fast ones: on a regular grid a wall's shadow is one interval of every row of cells, on scattered
points one sector of the points sorted by angle. Both read the same `pieces`, walls cut where their loss moves by a
decibel with the angle, and give the same sums to the last digit: each is the other's test, and the rays that of both.
"""
