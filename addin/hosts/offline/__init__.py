"""Installation on computers without internet: a folder with everything, and what installs from it."""
