//! New identifiers: UUID v7 from the injected clock and a seeded random source.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use qun_domain::fault::Fault;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

use crate::clock::Clock;

/// Makes ids. Clones share one random source.
#[derive(Clone)]
pub struct Ids {
    clock: Clock,
    random: Arc<Mutex<StdRng>>,
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

impl Ids {
    /// Ids that nobody can guess, for a running server.
    ///
    /// # Errors
    /// A fault when the operating system gives no random bytes: keys and salts come from here.
    pub fn from_system(clock: Clock) -> Result<Self, Fault> {
        let random = StdRng::try_from_rng(&mut rand::rngs::SysRng)
            .map_err(|error| Fault::from_error("asking the operating system for random bytes", error))?;
        Ok(Self::with(clock, random))
    }

    /// The same ids on every run, for tests.
    pub fn seeded(clock: Clock, seed: u64) -> Self {
        Self::with(clock, StdRng::seed_from_u64(seed))
    }

    fn with(clock: Clock, random: StdRng) -> Self {
        Self { clock, random: Arc::new(Mutex::new(random)) }
    }

    /// A new id of any kind.
    pub fn make<Id: From<Uuid>>(&self) -> Id {
        let millis = u64::try_from(self.clock.now().millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid().into()
    }

    /// Random bytes, for secrets.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }
}
