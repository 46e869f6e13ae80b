"""A controller of a few lines for tests of agents: lets them in, runs steps, tells what both ends measured."""
