"""Webhooks: a signed request that submits a job."""
