"""What was measured: samples of a survey."""
