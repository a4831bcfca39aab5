"""The way to Google Sheets: the connection, the quota, and the adapter that speaks to the API."""
