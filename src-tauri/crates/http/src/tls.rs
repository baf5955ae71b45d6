//! How a server proves who it is: certificates checked the way the operating system does it.
//!
//! Not here: switching any of it off; there is no way to.

use rustls::{ClientConfig, RootCertStore, crypto::CryptoProvider};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// TLS with the system's trusted certificates. The cryptography is named here and not taken from a
/// process-wide default, which any library in the process could have set to something else.
pub(crate) fn config() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let mut config = match Verifier::new(Arc::clone(&provider)) {
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth(),
        Err(error) => {
            // A system without certificates can still be worked on offline; nothing is trusted then.
            tracing::warn!(%error, "no trusted certificates were found on this system");
            trust_nothing(&provider)?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn trust_nothing(provider: &Arc<CryptoProvider>) -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}
