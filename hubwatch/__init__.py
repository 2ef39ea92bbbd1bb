"""The ground floor: what every room needs and none owns. It knows nothing of news or portals."""
