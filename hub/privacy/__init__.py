"""May this tafel hear it? Policy text in Cedar, grondslagen as records, one pure decision per direction of a koppeling.

Never looks at a clock, a broker or a name: the same geval under the same policy hash gives the same beslissing.
"""
