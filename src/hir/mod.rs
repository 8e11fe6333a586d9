//! (room hir)
