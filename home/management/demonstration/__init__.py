"""Loads the demonstration village's pages, one noun a module. Each function adds what is missing and leaves the rest alone."""
