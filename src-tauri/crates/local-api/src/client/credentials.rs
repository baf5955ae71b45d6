//! The use cases of credentials that a person types in, by the names the keeper gives them.
//!
//! Not here: how a request travels.

use super::{
    Answer, Call, Client,
    written::{Object, object},
};
use drawbridge_domain::CredentialId;
use drawbridge_keeper::dto::{
    AddCredential, BasicFields, ClientFields, Credential, CredentialForm, HeadersFields, List, RemovedCredential,
    SshKeyFields, TypedFields,
};

impl Client {
    /// The form of each kind of credential.
    pub async fn credential_kinds(&self) -> Answer<Vec<CredentialForm>> {
        self.read(Call::get("/v1/credentials/kinds")).await
    }

    /// The credentials that were typed in.
    pub async fn credential_list(&self) -> Answer<List<Credential>> {
        self.read(Call::get("/v1/credentials")).await
    }

    /// One of them.
    pub async fn credential_show(&self, id: &CredentialId) -> Answer<Credential> {
        self.read(Call::get(format!("/v1/credentials/{id}"))).await
    }

    /// Adds a credential, or puts it in place of another.
    pub async fn credential_add(&self, request: &AddCredential) -> Answer<Credential> {
        let AddCredential { label, hosts, account, ends_at, replaces, without_check, what } = request;
        let body = object(|body| {
            body.field("label", label);
            body.field("hosts", hosts);
            body.field("account", account);
            body.field("ends_at", ends_at);
            body.field("replaces", replaces);
            body.field("without_check", without_check);
            body.object("what", |body| typed(body, what));
        });
        self.read(Call::post("/v1/credentials").body(body)).await
    }

    /// Asks whether a credential works.
    pub async fn credential_check(&self, id: &CredentialId) -> Answer<Credential> {
        self.read(Call::post(format!("/v1/credentials/{id}/check"))).await
    }

    /// Removes a credential.
    pub async fn credential_remove(&self, id: &CredentialId) -> Answer<RemovedCredential> {
        self.read(Call::delete(format!("/v1/credentials/{id}"))).await
    }
}

fn typed(body: &mut Object<'_>, what: &TypedFields) {
    match what {
        TypedFields::SshKey(SshKeyFields { private_key, passphrase, comment }) => {
            body.field("kind", &"ssh-key");
            body.object("fields", |body| {
                if let Some(key) = private_key {
                    body.secret("private_key", key);
                }
                if let Some(passphrase) = passphrase {
                    body.secret("passphrase", passphrase);
                }
                body.field("comment", comment);
            });
        }
        TypedFields::Headers(HeadersFields { headers, check_url }) => {
            body.field("kind", &"headers");
            body.object("fields", |body| {
                body.secret("headers", headers);
                body.field("check_url", check_url);
            });
        }
        TypedFields::Basic(BasicFields { user, password, check_url }) => {
            body.field("kind", &"basic");
            body.object("fields", |body| {
                body.field("user", user);
                body.secret("password", password);
                body.field("check_url", check_url);
            });
        }
        TypedFields::ClientCredentials(fields) => {
            let ClientFields { token_endpoint, client_id, client_secret, scopes, secret_in } = fields;
            body.field("kind", &"client-credentials");
            body.object("fields", |body| {
                body.field("token_endpoint", token_endpoint);
                body.field("client_id", client_id);
                body.secret("client_secret", client_secret);
                body.field("scopes", scopes);
                body.field("secret_in", secret_in);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::SecretString;

    #[test]
    fn every_kind_is_written_as_the_keeper_reads_it() {
        let secret = |text: &str| SecretString::from(text.to_owned());
        let written = |what: TypedFields| {
            let body = object(|body| typed(body, &what));
            serde_json::from_slice::<TypedFields>(&body).expect("readable")
        };
        let key = SshKeyFields { private_key: Some(secret("a\nb")), passphrase: None, comment: Some("c".to_owned()) };
        match written(TypedFields::SshKey(key)) {
            TypedFields::SshKey(SshKeyFields { private_key: Some(key), passphrase: None, comment: Some(comment) }) => {
                assert!(key.same_as("a\nb") && comment == "c");
            }
            other => panic!("something was lost: {other:?}"),
        }
        match written(TypedFields::Headers(HeadersFields { headers: secret("A: 1"), check_url: None })) {
            TypedFields::Headers(HeadersFields { headers, check_url: None }) => assert!(headers.same_as("A: 1")),
            other => panic!("something was lost: {other:?}"),
        }
        let basic = BasicFields { user: "u".to_owned(), password: secret(" p"), check_url: Some("x".to_owned()) };
        match written(TypedFields::Basic(basic)) {
            TypedFields::Basic(BasicFields { user, password, check_url: Some(url) }) => {
                assert!(user == "u" && password.same_as(" p") && url == "x");
            }
            other => panic!("something was lost: {other:?}"),
        }
        let client = ClientFields {
            token_endpoint: "t".to_owned(),
            client_id: "i".to_owned(),
            client_secret: secret("s"),
            scopes: None,
            secret_in: Some(drawbridge_domain::SecretPlace::Body),
        };
        match written(TypedFields::ClientCredentials(client)) {
            TypedFields::ClientCredentials(read) => {
                assert!(read.client_secret.same_as("s") && read.client_id == "i" && read.token_endpoint == "t");
                assert_eq!(read.secret_in, Some(drawbridge_domain::SecretPlace::Body));
            }
            other => panic!("something was lost: {other:?}"),
        }
    }
}
