"""Accounting for what was decided and disclosed: records that are written before anything leaves."""
