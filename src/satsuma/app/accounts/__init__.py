"""Who people are and what they may do: users, roles, the workspace. The lowest app."""
