"""Worker processes that read pages: bounded in time and memory, and gone when their parent is."""
