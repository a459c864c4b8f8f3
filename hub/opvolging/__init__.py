"""The life of a koppeling: what is told to whom, when it is recalled, and by when an answer is due. Pure functions."""
