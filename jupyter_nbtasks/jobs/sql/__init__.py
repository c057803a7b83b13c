"""The SQL of jobs: tables, queries, and what is written in one transaction."""
