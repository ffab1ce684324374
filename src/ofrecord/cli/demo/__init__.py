"""The demo vendor, Larkfield Software: its book, its people, and three systems that listen."""
