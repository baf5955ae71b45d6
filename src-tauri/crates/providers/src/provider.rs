//! A provider as others use it: its facts, and what can be asked of it.
//!
//! What a definition says is done here for all alike; a forge's code comes in where it hosts
//! repositories or knows better. Not here: storing, words for a person.

use crate::{
    Definition, Forge, ForgeError, Identified, Revocation,
    definition::{BodyFormat, ClientAuthMethod, Method, Pkce, RevokeForm, ScopeSeparator, WhichToken, Who},
    reading,
};
use drawbridge_domain::{BaseUrl, Identity, ProviderId, SecretString};
use drawbridge_http::Request;
use drawbridge_oauth::{
    AuthMethod, ClientAuth, Dialect, Endpoints, FieldPath, Issuer, Metadata, SecretStyle, loopback::Shape,
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};
use url::Url;

/// An answer about one person is short.
const MAX_ANSWER: usize = 256 * 1024;
/// An id, a name or an address of a person is shorter than this.
const MAX_TEXT: usize = 300;

static NO_SECRET: LazyLock<SecretString> = LazyLock::new(|| SecretString::new(String::new()));

/// A provider of the catalogue.
pub struct Provider {
    /// Its name in the catalogue: that of its file.
    pub id: ProviderId,
    /// Its facts.
    pub definition: Definition,
    /// Whether it is a file of the person's own.
    pub own: bool,
    pub(crate) forge: Option<&'static dyn Forge>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is needed to ask a host's API as one account.
pub struct Api<'a> {
    /// How requests are sent.
    pub http: &'a drawbridge_http::Client,
    /// The API's base address.
    pub base: &'a BaseUrl,
    /// The access token, or the password of `user`.
    pub token: &'a SecretString,
    /// The user name that goes with it, where one does.
    pub user: Option<&'a str>,
    /// The client it was issued to.
    pub client_id: Option<&'a str>,
}

impl<'a> Api<'a> {
    /// Asks with a token alone.
    pub fn with_token(http: &'a drawbridge_http::Client, base: &'a BaseUrl, token: &'a SecretString) -> Self {
        Self { http, base, token, user: None, client_id: None }
    }
}

/// What there is to end at a provider.
pub struct Grant<'a> {
    /// The access token.
    pub access: &'a SecretString,
    /// The refresh token.
    pub refresh: Option<&'a SecretString>,
    /// The client it was issued to, with its secret.
    pub client: Option<(&'a str, Option<&'a SecretString>)>,
    /// What was kept of replies.
    pub kept: &'a BTreeMap<String, String>,
    /// Whether the access token may have ended by its time: what a host answers about it then says
    /// nothing of the grant it can be renewed from.
    pub access_over: bool,
}

impl Provider {
    /// The user name under which git over HTTPS shows an account's access: of a sign-in, or a token.
    pub fn git_user(&self, signed_in: bool, login: &str) -> String {
        let git = &self.definition.git;
        let name = if signed_in { &git.user_of_sign_in } else { &git.user_of_token };
        name.replace("{login}", login)
    }

    /// The code that speaks to it, if it hosts repositories.
    pub fn forge(&self) -> Option<&'static dyn Forge> {
        self.forge
    }

    /// The address of its public installation; of a template, where every part has a default.
    pub fn public_host(&self) -> Option<BaseUrl> {
        self.definition.filled_host(&BTreeMap::new())
    }

    /// Where the API of a host is, when the person did not say.
    pub fn api_url(&self, host: &BaseUrl) -> BaseUrl {
        let own = self.forge.and_then(|forge| forge.api_url(host));
        let said = || self.definition.api.as_deref().map(|api| address(host, api)).and_then(|url| base(&url));
        own.or_else(said).unwrap_or_else(|| host.clone())
    }

    /// The OAuth endpoints of a host; none if it has no OAuth, or what it says of itself is needed
    /// and not known. What the definition says is never overwritten by `found`.
    pub fn endpoints(&self, host: &BaseUrl, found: Option<&Metadata>) -> Option<Endpoints> {
        let oauth = self.definition.oauth.as_ref()?;
        let at = |said: &Option<String>, found: Option<&Url>| {
            said.as_deref().map(|path| address(host, path)).or_else(|| found.cloned())
        };
        let token = at(&oauth.token, found.and_then(|found| found.token.as_ref()))?;
        Some(Endpoints {
            // A host with the device flow alone has no page to authorise at; it is never opened.
            authorize: at(&oauth.authorize, found.and_then(|found| found.authorize.as_ref()))
                .unwrap_or_else(|| token.clone()),
            refresh: oauth.refresh.as_deref().map(|path| address(host, path)),
            device: at(&oauth.device, found.and_then(|found| found.device.as_ref())),
            issuer: oauth
                .issuer
                .clone()
                .map(|name| Issuer { name, in_answers: true })
                .or_else(|| found.map(|found| Issuer { name: found.issuer.clone(), in_answers: found.iss_in_answers })),
            token,
            dialect: self.dialect(),
        })
    }

    fn dialect(&self) -> Dialect {
        let Some(oauth) = &self.definition.oauth else { return Dialect::default() };
        let pairs = |map: &BTreeMap<String, String>| map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        Dialect {
            pkce: oauth.pkce != Pkce::Refused,
            scope_separator: match oauth.scope_separator {
                ScopeSeparator::Space => ' ',
                ScopeSeparator::Comma => ',',
            },
            scope_parameter: oauth.scope_parameter.clone(),
            json_body: oauth.body == BodyFormat::Json,
            exchange: pairs(&oauth.exchange_parameters),
            refresh: pairs(&oauth.refresh_parameters),
            headers: pairs(&oauth.token_headers),
            reply: oauth.reply.clone(),
        }
    }

    /// How loopback redirect addresses have to look here.
    pub fn loopback(&self) -> Shape {
        self.definition.oauth.as_ref().map_or_else(Shape::default, |oauth| oauth.loopback.clone())
    }

    /// What a client says who it is with. A secret that is there is used: the client may be
    /// registered as one that has to.
    pub fn client_auth<'a>(
        &self,
        id: &'a str,
        secret: Option<&'a SecretString>,
        found: Option<&Metadata>,
    ) -> ClientAuth<'a> {
        // Where every client comes by Basic, one without a secret has an empty one (RFC 6749 §2.3.1).
        let secret = secret.or_else(|| self.auth_methods().eq([AuthMethod::Basic]).then(|| &*NO_SECRET));
        let basic = secret.is_some() && self.secret_method(found) == Some(AuthMethod::Basic);
        ClientAuth { id, secret, style: if basic { SecretStyle::Basic } else { SecretStyle::Body } }
    }

    /// How a secret travels: the first of the provider's ways that the host takes, as far as it says.
    fn secret_method(&self, found: Option<&Metadata>) -> Option<AuthMethod> {
        let known = self.auth_methods().filter(|method| *method != AuthMethod::None);
        let taken = |method: &AuthMethod| {
            found.and_then(|found| found.auth_methods.as_ref()).is_none_or(|taken| taken.contains(method))
        };
        known.clone().find(taken).or_else(|| known.clone().next())
    }

    fn auth_methods(&self) -> impl Iterator<Item = AuthMethod> + Clone {
        let methods = self.definition.oauth.as_ref().map_or(&[][..], |oauth| &oauth.client_auth);
        methods.iter().map(|method| match method {
            ClientAuthMethod::None => AuthMethod::None,
            ClientAuthMethod::Body => AuthMethod::Body,
            ClientAuthMethod::Basic => AuthMethod::Basic,
        })
    }

    /// The ways a client that is registered now can say who it is: without a secret where the host
    /// takes that, as a program on somebody's computer keeps none (RFC 8252 §8.5).
    pub fn registered_auth(&self, found: Option<&Metadata>) -> Vec<AuthMethod> {
        let said = found.and_then(|found| found.auth_methods.as_ref());
        let public = self.takes_public_clients() && said.is_none_or(|said| said.contains(&AuthMethod::None));
        public.then_some(AuthMethod::None).into_iter().chain(self.secret_method(found)).collect()
    }

    /// Whether Drawbridge may be able to register itself there: an endpoint is known, or a host may
    /// name one.
    pub fn may_register(&self) -> bool {
        self.definition.oauth.as_ref().is_some_and(|oauth| oauth.register.is_some() || oauth.discovery)
    }

    /// Where clients register themselves (RFC 7591 §3), if they can.
    pub fn registration(&self, host: &BaseUrl, found: Option<&Metadata>) -> Option<Url> {
        let oauth = self.definition.oauth.as_ref()?;
        let said = oauth.register.as_deref().map(|path| address(host, path));
        said.or_else(|| found.and_then(|found| found.register.clone()))
    }

    /// Whether a client without a secret can be used.
    pub fn takes_public_clients(&self) -> bool {
        self.definition.oauth.as_ref().is_some_and(|oauth| oauth.client_auth.contains(&ClientAuthMethod::None))
    }

    /// A page at the provider, with the client's id filled in.
    pub fn page(&self, host: &BaseUrl, page: Option<&str>, client_id: Option<&str>) -> Option<String> {
        let page = page?;
        let filled = match client_id {
            Some(client_id) => page.replace("{client_id}", client_id),
            None if page.contains('{') => return None,
            None => page.to_owned(),
        };
        Some(address(host, &filled).to_string())
    }

    /// Asks who a credential belongs to.
    pub async fn identify(&self, api: &Api<'_>) -> Result<Identified, ForgeError> {
        if let Some(forge) = self.forge
            && let Some(identified) = forge.identify(api).await?
        {
            return Ok(identified);
        }
        let who = self.definition.who.as_ref().ok_or(ForgeError::Malformed { what: "definition without [who]" })?;
        self.ask_who(api, who, None).await
    }

    /// Asks who a credential belongs to at an address that the host named itself.
    pub async fn identify_at(&self, api: &Api<'_>, found: Option<&Url>) -> Result<Identified, ForgeError> {
        match (&self.definition.who, found) {
            (Some(who), found @ Some(_)) if who.address.is_none() => self.ask_who(api, who, found).await,
            _ => self.identify(api).await,
        }
    }

    async fn ask_who(&self, api: &Api<'_>, who: &Who, found: Option<&Url>) -> Result<Identified, ForgeError> {
        let at = who.address.as_deref().map(|path| address(api.base, path)).or_else(|| found.cloned());
        let at = at.ok_or(ForgeError::Malformed { what: "definition without an address of [who]" })?;
        let mut request = match who.method {
            Method::Get => Request::get(at),
            Method::Post => Request::post(at).idempotent(),
            Method::Delete => return Err(ForgeError::Malformed { what: "method of [who]" }),
        };
        request = request.header("accept", "application/json").max_bytes(MAX_ANSWER);
        for (name, value) in &who.headers {
            let value = value.replace("{client_id}", api.client_id.unwrap_or_default());
            let value = SecretString::new(value.replace("{token}", api.token.expose()));
            request = request.header(name, value.expose());
        }
        if let Some(body) = &who.body {
            request = request.body("application/json", drawbridge_domain::SecretBytes::new(body.clone().into_bytes()));
        }
        let token_form = self.definition.token.as_ref().and_then(|token| token.authorization.as_deref());
        // A token that a person made may travel otherwise than one that a client was issued.
        let form = if api.client_id.is_none() { token_form.unwrap_or(&who.authorization) } else { &who.authorization };
        let request = authorized(request, form, api);
        let answer = api.http.send(request).await.map_err(ForgeError::from)?;
        let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let code = who.error.as_ref().zip(value.as_ref()).and_then(|(path, value)| path.text(value));
        match code {
            Some(code) if who.unauthorized.contains(&code) => return Err(ForgeError::Unauthorized),
            Some(_) if answer.status < 300 => return Err(ForgeError::Server { status: answer.status }),
            _ => {}
        }
        reading::status(&answer)?;
        let value = value.ok_or_else(|| ForgeError::unread(&answer, "answer about the account"))?;
        let text =
            |path: &Option<FieldPath>| path.as_ref().and_then(|path| path.text(&value)).filter(|text| fits(text));
        let subject =
            who.id.text(&value).filter(|text| fits(text)).ok_or(ForgeError::Malformed { what: "id of the account" })?;
        let (name, email) = (text(&who.name), text(&who.email));
        let login =
            text(&who.login).or_else(|| email.clone()).or_else(|| name.clone()).unwrap_or_else(|| subject.clone());
        let kept = who
            .keeps
            .iter()
            .filter_map(|path| Some((path.as_str().to_owned(), path.text(&value).filter(|text| fits(text))?)));
        Ok(Identified {
            identity: Identity { subject, login, name, email },
            scopes: None,
            expires_at: None,
            kept: kept.collect(),
        })
    }

    /// Ends access at the provider.
    pub async fn revoke(
        &self,
        api: &Api<'_>,
        host: &BaseUrl,
        grant: &Grant<'_>,
        found: Option<&Metadata>,
    ) -> Result<Revocation, ForgeError> {
        if let Some(forge) = self.forge
            && let Some(done) = forge.revoke(api, grant).await?
        {
            return Ok(done);
        }
        let Some(revoke) = &self.definition.revoke else {
            // A host that describes itself may have an endpoint of RFC 7009 all the same.
            let Some(at) = found.and_then(|found| found.revoke.clone()) else { return Ok(Revocation::OnlyByHand) };
            return self
                .revoke_by_rfc7009(api, at, grant, WhichToken::Refresh, found)
                .await
                .map(|()| Revocation::Ended(crate::Ends::Grant));
        };
        let Some(filled) = fill(&revoke.address, grant) else { return Ok(Revocation::OnlyByHand) };
        let at = address(host, &filled);
        let token = match (revoke.token, grant.refresh) {
            (WhichToken::Refresh, Some(refresh)) => refresh,
            _ => grant.access,
        };
        let unsure = grant.access_over && grant.refresh.is_some();
        if revoke.form == RevokeForm::Rfc7009 {
            let both = unsure && revoke.token == WhichToken::Access;
            if both {
                // Every server of RFC 7009 takes refresh tokens (its section 2).
                self.revoke_by_rfc7009(api, at.clone(), grant, WhichToken::Refresh, found).await?;
            }
            match self.revoke_by_rfc7009(api, at, grant, revoke.token, found).await {
                Err(ForgeError::Forbidden) if both => {}
                sent => sent?,
            }
            return Ok(Revocation::Ended(revoke.ends));
        }
        let method = match revoke.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Delete => http::Method::DELETE,
        };
        let mut request = Request::new(method, at).header("accept", "application/json").idempotent();
        for (name, value) in &revoke.headers {
            request = request.header(name, value);
        }
        let request = match (revoke.form, grant.client) {
            (RevokeForm::Bearer, _) => request.bearer(token),
            (RevokeForm::ClientJson, Some((id, Some(secret)))) => {
                request.basic(id, secret).json(&serde_json::json!({ "access_token": grant.access.expose() }))
            }
            (RevokeForm::AccessTokenForm, Some((id, secret))) => {
                let mut form = vec![("access_token", grant.access.expose().as_str()), ("client_id", id)];
                form.extend(secret.map(|secret| ("client_secret", secret.expose().as_str())));
                request.form(form)
            }
            _ => return Ok(Revocation::OnlyByHand),
        };
        let answer = api.http.send(request).await.map_err(ForgeError::from)?;
        reading::status(&answer)?;
        if answer.is_page() {
            return Err(ForgeError::Interposed);
        }
        let status = answer.status;
        let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
        // Errors with status 200: ended is only what says so.
        if let Some(said) = said.filter(|said| said.get("ok") == Some(&Value::Bool(false))) {
            let who = self.definition.who.as_ref();
            let code = who.and_then(|who| Some((who, who.error.as_ref()?.text(&said)?)));
            let ended = code.is_some_and(|(who, code)| who.unauthorized.contains(&code));
            return Err(if ended { ForgeError::Unauthorized } else { ForgeError::Server { status } });
        }
        // Only what had to open the door was surely alive.
        if unsure && revoke.form != RevokeForm::Bearer {
            return Ok(Revocation::OnlyByHand);
        }
        Ok(Revocation::Ended(revoke.ends))
    }

    /// Whether access is ended by its access token, which has to work for that.
    pub fn ends_by_access(&self, client_has_secret: bool) -> bool {
        self.forge
            .and_then(|forge| forge.can_revoke(client_has_secret))
            .unwrap_or_else(|| self.definition.revoke.as_ref().is_some_and(|revoke| revoke.token == WhichToken::Access))
    }

    /// Whether [`Provider::revoke`] can end access, as far as is known before it is tried. A token that
    /// the person made was issued to no client.
    pub fn can_revoke(&self, has_client: bool, client_has_secret: bool, found: Option<&Metadata>) -> bool {
        if let Some(known) = self.forge.and_then(|forge| forge.can_revoke(client_has_secret)) {
            return known;
        }
        let Some(revoke) = &self.definition.revoke else {
            return has_client && found.is_some_and(|found| found.revoke.is_some());
        };
        match revoke.form {
            RevokeForm::Bearer => true,
            RevokeForm::Rfc7009 | RevokeForm::AccessTokenForm => has_client,
            RevokeForm::ClientJson => client_has_secret,
        }
    }

    async fn revoke_by_rfc7009(
        &self,
        api: &Api<'_>,
        at: Url,
        grant: &Grant<'_>,
        which: WhichToken,
        found: Option<&Metadata>,
    ) -> Result<(), ForgeError> {
        let (token, hint) = match (which, grant.refresh) {
            (WhichToken::Refresh, Some(refresh)) => (refresh, "refresh_token"),
            _ => (grant.access, "access_token"),
        };
        let client = grant.client.map(|(id, secret)| self.client_auth(id, secret, found));
        let mut dialect = self.dialect();
        let more = self.definition.revoke.iter().flat_map(|revoke| &revoke.headers);
        dialect.headers.extend(more.map(|(name, value)| (name.clone(), value.clone())));
        let sent = drawbridge_oauth::revoke(api.http, at, &dialect, client, token, hint).await;
        sent.map_err(|error| match error {
            drawbridge_oauth::Error::Unreachable(source) | drawbridge_oauth::Error::ReplyLost(source) => {
                ForgeError::Unreachable(source)
            }
            drawbridge_oauth::Error::Unwell { status: 429, wait } => {
                ForgeError::RateLimited { wait: wait.unwrap_or(drawbridge_http::UNSAID_WAIT) }
            }
            drawbridge_oauth::Error::Unwell { status, .. } => ForgeError::Server { status },
            drawbridge_oauth::Error::Interposed => ForgeError::Interposed,
            _ => ForgeError::Forbidden,
        })
    }
}

fn fits(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.contains(char::is_control)
}

/// Fills in the client's id and what was kept; none where something is not known.
fn fill(text: &str, grant: &Grant<'_>) -> Option<String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = match name {
            "client_id" => grant.client.map(|(id, _)| id)?,
            kept => grant.kept.get(kept)?,
        };
        whole.push_str(before);
        whole.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
        rest = after;
    }
    whole.push_str(rest);
    Some(whole)
}

/// Puts an `Authorization` header of a form such as `Bearer {token}` on a request.
fn authorized(request: Request, form: &str, api: &Api<'_>) -> Request {
    if form.is_empty() {
        return request;
    }
    let user = api.user.unwrap_or_default();
    if form == "Basic {basic}" {
        return request.basic(user, api.token);
    }
    let value = SecretString::new(form.replace("{user}", user).replace("{token}", api.token.expose()));
    request.header("authorization", value.expose())
}

/// A path under a base address, or a whole address.
pub(crate) fn address(base: &BaseUrl, path: &str) -> Url {
    if path.starts_with('/') {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = base.join(path);
        url.set_query(query);
        return url;
    }
    Url::parse(path).unwrap_or_else(|_| base.to_url())
}

fn base(url: &Url) -> Option<BaseUrl> {
    BaseUrl::parse(url.as_str()).ok()
}
