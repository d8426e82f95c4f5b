"""The only writers of users and the workspace. Every function takes its arguments by name and the time by the door."""
