"""The office on the web: settings, addresses, what joins the other applications."""
