"""Makes the handbook out of docs/ and the program itself: `make docs`."""
