let benchPort = 0
