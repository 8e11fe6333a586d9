//! (room ir)
