"""A saved model as one page of HTML, with the model itself inside."""
