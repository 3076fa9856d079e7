//! Tells requests that wait that the server is about to stop.

use tokio::sync::watch;

/// The end that the server's owner has.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

/// The end that requests have.
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stop {
    /// A pair of ends.
    pub fn new() -> (Self, Stopping) {
        let (stop, stopping) = watch::channel(false);
        (Self(stop), Stopping(stopping))
    }

    /// Tells all requests that wait.
    pub fn tell(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Waits until the server is told to stop. Without an owner it never is.
    pub(super) async fn told(&self) {
        let mut stopping = self.0.clone();
        if stopping.wait_for(|told| *told).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the server was told to stop.
    pub(super) fn is_told(&self) -> bool {
        *self.0.borrow()
    }
}
