"""What runs jobs: a worker takes them, an attempt runs each on its kernel, a reaper tidies up."""
