"""What committees print: the minutes of a session, its pack, its invitations."""
