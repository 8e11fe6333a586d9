//! Items and expressions that the parser kept as tokens: some are items without a body or a value, which attribute macros
//! complete; of the others nothing is known. It expands no macro.

use syn::spanned::Spanned as _;
use syn::visit;

use super::shape::start_of_visibility;
use super::walk::{Place, Walk};

impl Walk<'_> {
    /// An item that is complete for the attribute macro above it alone: a function without a body, a static or constant
    /// without a value. The parser keeps it as tokens.
    pub(super) fn bodiless(&mut self, place: &Place<'_>, tokens: &proc_macro2::TokenStream) {
        if let Ok(item) = syn::parse2::<syn::ForeignItemFn>(tokens.clone()) {
            let (from, to) = (start_of_visibility(&item.vis), item.semi_token.span);
            self.function(place, (&item.attrs, Some(&item.vis)), (from, to), &item.sig, None);
        } else if let Ok(item) = syn::parse2::<syn::ForeignItemStatic>(tokens.clone()) {
            visit::visit_foreign_item_static(self, &item);
        } else if let Ok(item) = syn::parse2::<syn::TraitItemConst>(tokens.clone()) {
            visit::visit_trait_item_const(self, &item);
        } else {
            self.unknown(tokens);
        }
    }

    /// Tokens that the parser kept but did not read: their calls are found, the rest is unknown.
    pub(super) fn unknown(&mut self, tokens: &proc_macro2::TokenStream) {
        let range = self.places.range(tokens.span());
        if range.start < range.end {
            self.rows.facts.broken.push(range);
        }
        self.scan_tokens(tokens.clone());
    }
}
