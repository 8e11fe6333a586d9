//! The action and the template with attest itself.
