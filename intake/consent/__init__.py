"""What people agree to: the published words, the answers, and what stands now."""
