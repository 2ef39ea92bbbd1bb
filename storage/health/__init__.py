"""What is kept so that it can be judged how sources are doing, and what came of judging."""
