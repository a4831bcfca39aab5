"""What every request and every answer passes, whatever room it goes to."""
