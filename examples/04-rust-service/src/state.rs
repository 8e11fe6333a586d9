//! The links, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use url::Url;

use crate::config::Config;
use crate::error::Error;
use crate::links::slug;

#[derive(Clone)]
pub struct State {
    pub config: Arc<Config>,
    pub token: Arc<str>,
    links: Arc<RwLock<BTreeMap<String, Url>>>,
}

impl State {
    pub fn new(config: Config, token: String) -> Self {
        Self { config: Arc::new(config), token: token.into(), links: Arc::default() }
    }

    /// Keeps a link and gives its slug.
    pub fn keep(&self, link: Url) -> Result<String, Error> {
        let mut links = self.links.write().map_err(|_| Error::Full)?;
        if links.len() >= self.config.limits.links {
            return Err(Error::Full);
        }
        let slug = slug(links.len() as u64);
        links.insert(slug.clone(), link);
        Ok(slug)
    }

    /// Where a slug leads.
    pub fn find(&self, slug: &str) -> Result<Url, Error> {
        let links = self.links.read().map_err(|_| Error::Unknown)?;
        links.get(slug).cloned().ok_or(Error::Unknown)
    }
}
