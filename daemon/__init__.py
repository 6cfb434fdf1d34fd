"""The e-mail support desk of the E-SAUDA portal; README.md shows the way of a letter from file to file."""
