"""The buttons in WPS: an add-in of web pages, and the local service that does what they ask."""
