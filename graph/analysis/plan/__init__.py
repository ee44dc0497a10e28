"""Whom to choose so that units are covered: plans with their bound and proof; arrays only."""
