"""What every app uses to make its pages: shared parts, each in a module or folder of its own."""
