"""Are two dossiers one person? Keys and encodings are made at the connector (`namen`, `sleutels`, `codering`); the hub compares
them without clear text (`niveaus`, `model`, `index`, `uitleg`). Nothing is re-exported: the connector must not import the hub's half."""
