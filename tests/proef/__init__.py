"""The proving ground itself: what it invents must be what it says."""
