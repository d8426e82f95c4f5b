"""The only writers of this app. Called by web, cli and jobs; each says who does it and when."""
