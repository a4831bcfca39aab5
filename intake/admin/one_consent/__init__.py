"""The consent of one request, in the room of the consent audit."""
