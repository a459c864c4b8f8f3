"""The dashboard of the operator, as a program that writes Grafana's JSON."""
