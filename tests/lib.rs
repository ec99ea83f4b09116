//! Helpers of the story tests.
