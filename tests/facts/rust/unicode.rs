// é è ü 漢字 🦀
mod größe {
    /// ünï fn nope() {}
    pub fn prüfe(naïve: &str) -> Result<(), E> { if naïve == "🦀" { return Err(E::X) } öffne("漢字", naïve) }
}
const C: char = '🦀'; fn after_emoji() { größe::prüfe("x"); }
