"""Matching: keys, encodings, levels, model, index, explanation."""
