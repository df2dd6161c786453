"""What it costs to read, to crawl, to come again and to grow, each beside something that everybody knows."""
