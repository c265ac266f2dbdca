"""Why a network answered as it did; takes functions, arrays and saved models, and knows no task."""
