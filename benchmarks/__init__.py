"""Measure the solvers: own sizes, published instances, and peers on the same problems."""
