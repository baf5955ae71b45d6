//! The contract of every definition that ships, and what a person's own files may say.

use crate::{Api, Catalog, Definition, FILES, ForgeError, Found, Pkce, Presented, Provider, probe, recognise};
use axum::{
    Router,
    http::{HeaderMap, HeaderName, StatusCode, Uri},
};
use drawbridge_domain::{BaseUrl, SecretString, SignInWay};
use drawbridge_http::{Client, Config};
use std::{
    collections::{BTreeSet, HashMap},
    fs,
};
use tokio_util::task::AbortOnDropHandle;

mod weaker;

/// How many providers we promise.
const PROMISED: usize = 60;

#[test]
fn git_shows_an_access_under_the_name_that_its_host_takes() {
    let user = |id: &str, signed_in| {
        let id = id.parse().expect("an id");
        Catalog::shipped().find(&id).expect("in the catalogue").git_user(signed_in, "mara")
    };
    for (id, signed_in, token) in [
        ("github", "x-access-token", "x-access-token"),
        ("github-app", "x-access-token", "x-access-token"),
        ("github-enterprise", "x-access-token", "x-access-token"),
        ("gitlab", "oauth2", "oauth2"),
        ("gitea", "oauth2", "oauth2"),
        ("forgejo", "oauth2", "oauth2"),
        ("bitbucket-cloud", "x-token-auth", "x-bitbucket-api-token-auth"),
        ("bitbucket-dc", "x-token-auth", "mara"),
        ("azure-devops", "oauth2", "oauth2"),
    ] {
        assert_eq!((user(id, true).as_str(), user(id, false).as_str()), (signed_in, token), "{id}");
    }
}

#[test]
fn every_definition_is_sound() {
    let catalog = Catalog::shipped();
    assert_eq!(catalog.problems(), [], "every file can be used");
    assert!(catalog.all().len() >= PROMISED, "{} of {PROMISED}", catalog.all().len());
    let (mut names, mut monograms) = (BTreeSet::new(), BTreeSet::new());
    for provider in catalog.all() {
        let (id, definition) = (&provider.id, &provider.definition);
        assert!(names.insert(definition.name.clone()), "{id}: its name is another's too");
        assert!(monograms.insert(definition.monogram.clone()), "{id}: its letters are another's too");
        assert!(!definition.sources.is_empty() || definition.oauth.as_ref().is_some_and(|oauth| oauth.discovery));
        let host = provider.public_host().unwrap_or_else(|| BaseUrl::parse("https://x.example").expect("an address"));
        let Some(oauth) = &definition.oauth else { continue };
        let endpoints = provider.endpoints(&host, None);
        assert!(endpoints.is_some() || oauth.discovery, "{id}: its endpoints are known");
        for url in
            endpoints.iter().flat_map(|found| [Some(&found.authorize), Some(&found.token), found.device.as_ref()])
        {
            let url = url.filter(|url| url.scheme() != "https");
            assert_eq!(url, None, "{id}: nothing travels in the clear");
        }
        if oauth.ways.contains(&SignInWay::Device) && !oauth.discovery {
            assert!(endpoints.expect("there").device.is_some(), "{id}: the way it offers has an endpoint");
        }
        for kept in &oauth.reply.keeps {
            let name = kept.as_str();
            assert!(!name.contains("token") && !name.contains("secret"), "{id} keeps {name}, which is no fact");
        }
    }
}

/// The line before one that says exactly this.
fn above<'t>(text: &'t str, line: &str) -> Option<&'t str> {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().position(|there| *there == line).and_then(|at| lines.get(at.checked_sub(1)?).copied())
}

#[test]
fn a_definition_that_is_weaker_than_it_could_be_says_why() {
    let (mut without_proof, mut by_name) = (0, 0);
    for (id, text) in FILES {
        let definition = Definition::parse(text).expect("sound");
        let Some(oauth) = definition.oauth else { continue };
        let first = oauth.ways.first();
        assert!(
            oauth.ways.len() == 1 || first != Some(&SignInWay::Device),
            "{id}: a code to type is for want of better"
        );
        let says = |line: &str| above(text, line).is_some_and(|above| above.starts_with("# "));
        if oauth.pkce == Pkce::Refused {
            without_proof += 1;
            assert!(says("pkce = \"refused\""), "{id}: it says where it is known from that PKCE is left out");
            assert!(!definition.sources.is_empty(), "{id}");
        }
        if oauth.loopback.host == "localhost" {
            by_name += 1;
            assert!(says("host = \"localhost\""), "{id}: a name may lead elsewhere; it says why it is used");
        }
    }
    println!("{without_proof} without PKCE, {by_name} by the name localhost");
    assert!(without_proof > 0 && by_name > 0, "these were looked at");
}

#[test]
fn no_definition_sets_what_the_protocol_sets() {
    let ours = [
        "client_id",
        "client_secret",
        "redirect_uri",
        "state",
        "response_type",
        "grant_type",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "device_code",
        "refresh_token",
    ];
    let with = |field: &str, name: &str| {
        let ways = "ways = [\"loopback\"]";
        Definition::parse(&GOOD.replace(ways, &format!("{ways}\n{field} = {{ {name} = \"x\" }}")))
    };
    for field in ["authorize_parameters", "exchange_parameters", "refresh_parameters"] {
        for name in ours {
            let error = with(field, name).expect_err(name);
            assert!(error.what.contains("is set by Drawbridge"), "{field}, {name}: {error}");
        }
        with(field, "audience").expect("what is the host's own may be set");
    }
    with("authorize_parameters", "scope").expect_err("scopes are asked for by their own list");
    with("refresh_parameters", "scope").expect("a renewal sets none");
    let named = GOOD.replace(
        "ways = [\"loopback\"]",
        "ways = [\"loopback\"]\nscope_parameter = \"user_scope\"\nauthorize_parameters = { user_scope = \"x\" }",
    );
    Definition::parse(&named).expect_err("whatever its name is");
}

#[test]
fn what_is_not_verified_names_a_field_that_is_there() {
    for (id, text) in FILES {
        let table: toml::Table = text.parse().expect("TOML");
        let unverified = Definition::parse(text).expect("sound").unverified;
        for path in unverified {
            let first = path.split('.').next().expect("a name");
            assert!(table.contains_key(first), "{id}: there is no {first} ({path})");
        }
    }
}

const GOOD: &str = r#"
name = "Acme Forge"
monogram = "AF"
category = "code"
host = "https://forge.acme.example"
checked = "2026-11-22"

[oauth]
authorize = "/oauth/authorize"
token = "/oauth/token"
ways = ["loopback"]

[who]
address = "/api/me"
id = "id"
"#;

#[test]
fn a_wrong_file_is_explained_with_its_line() {
    Definition::parse(GOOD).expect("sound");
    let line_of = |text: &str| 1 + GOOD.lines().position(|line| line == text).expect("there");
    for (from, to, says) in [
        (r#"host = "https://forge.acme.example""#, r#"host = "http://forge.acme.example""#, "unencrypted"),
        (r#"ways = ["loopback"]"#, r#"ways = ["pigeon"]"#, "pigeon"),
        (r#"ways = ["loopback"]"#, "ways = []", "`ways` names at least one"),
        (r#"ways = ["loopback"]"#, r#"ways = ["device"]"#, "needs `device`"),
        (r#"token = "/oauth/token""#, r#"token = "javascript:1""#, "`token` is a path under the host"),
        (r#"token = "/oauth/token""#, r#"tokn = "/oauth/token""#, "unknown field `tokn`"),
        (r#"id = "id""#, r#"id = "a..b""#, "a path of field names"),
        (r#"id = "id""#, "id = \"id\"\nerror = \"error\"", "go together"),
        (r#"checked = "2026-11-22""#, r#"checked = "today""#, "`checked` is a day"),
        (
            r#"ways = ["loopback"]"#,
            "ways = [\"loopback\"]\nauthorize_parameters = { response_type = \"token\" }",
            "`response_type` is set by Drawbridge",
        ),
        (
            r#"ways = ["loopback"]"#,
            "ways = [\"loopback\"]\nauthorize_parameters = { code_challenge_method = \"plain\" }",
            "`code_challenge_method` is set by Drawbridge",
        ),
        (
            r#"ways = ["loopback"]"#,
            "ways = [\"loopback\"]\nexchange_parameters = { grant_type = \"password\" }",
            "`grant_type` is set by Drawbridge",
        ),
    ] {
        let error = Definition::parse(&GOOD.replace(from, to)).expect_err(to);
        assert!(error.what.contains(says), "{to}: {error}");
        // A table that lacks something is named by its head.
        assert!(error.line.abs_diff(line_of(from)) <= 3, "{to}: line {} of {}", error.line, line_of(from));
    }
    for missing in ["name", "checked", "[who]"] {
        let text = GOOD.lines().filter(|line| !line.starts_with(missing)).collect::<Vec<_>>().join("\n");
        Definition::parse(&text).expect_err(missing);
    }
}

#[test]
fn an_address_of_a_template_has_every_part_of_it() {
    let part = |name: &str| format!("\n[[part]]\nname = \"{name}\"\nlabel = \"Yours\"\nhint = \"eu\"\n");
    let of = |template: &str, parts: &[&str]| {
        let parts: String = parts.iter().map(|name| part(name)).collect();
        let text =
            GOOD.replace("host = \"https://forge.acme.example\"", &format!("template = \"{template}\"")) + &parts;
        let definition = Definition::parse(&text).expect("sound");
        move |host: &str| definition.is_of_template(&BaseUrl::parse(host).expect("an address"))
    };
    let one = of("https://{org}.acme.example", &["org"]);
    assert!(one("https://herons.acme.example") && one("https://a.b.acme.example") && one("HERONS.Acme.example"));
    for other in [
        "https://acme.example",
        "https://herons.acme.example.evil.example",
        "https://evil.example/.acme.example",
        "https://herons.acme.example:8443",
        "https://herons.acme.example/more",
        "http://localhost",
    ] {
        assert!(!one(other), "{other}");
    }
    let two = of("https://{org}-x.{region}.acme.example/{tenant}", &["org", "region", "tenant"]);
    assert!(two("https://herons-x.eu.acme.example/t-1") && two("https://a-x.b-x.c.acme.example/d"));
    for other in ["https://herons-x.eu.acme.example", "https://x.eu.acme.example/t", "https://a-x.b.acme.example/c/d"] {
        assert!(!two(other), "{other}");
    }
    let none = Definition::parse(GOOD).expect("sound");
    assert!(!none.is_of_template(&BaseUrl::parse("https://forge.acme.example").expect("an address")), "there is none");
}

/// A token that the host answers with this status, header and body for.
async fn asked_who(status: StatusCode, header: Option<(&'static str, &'static str)>, body: &'static str) -> ForgeError {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = BaseUrl::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("an address");
    let answer = move || async move {
        let head: HeaderMap = header
            .into_iter()
            .map(|(name, value)| (name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value")))
            .collect();
        (status, head, body)
    };
    let _serving =
        AbortOnDropHandle::new(tokio::spawn(
            async move { axum::serve(listener, Router::new().fallback(answer)).await },
        ));
    let definition = Definition::parse(GOOD).expect("sound");
    let provider = Provider { id: "acme".parse().expect("an id"), definition, own: true, forge: None };
    let http = Client::new(Config { user_agent: "tests".to_owned() }).expect("a client");
    let token = SecretString::from("t".to_owned());
    let who = provider.identify(&Api::with_token(&http, &host, &token)).await.expect_err("refused");
    let basic = Presented::Basic("anna", &token);
    let probed = probe(&http, &host.join("/x"), basic).await.expect_err("refused");
    assert_eq!(format!("{who:?}"), format!("{probed:?}"), "one reading of a status");
    who
}

#[tokio::test]
async fn a_limit_is_told_from_a_refusal_everywhere() {
    let refused = asked_who(StatusCode::FORBIDDEN, None, "{}").await;
    assert!(matches!(refused, ForgeError::Forbidden), "{refused:?}");
    for (status, header, body, seconds) in [
        (StatusCode::FORBIDDEN, Some(("retry-after", "7")), "{}", 7),
        (StatusCode::FORBIDDEN, Some(("x-ratelimit-remaining", "0")), "{}", 60),
        (StatusCode::FORBIDDEN, None, r#"{"message":"API rate limit exceeded"}"#, 60),
        (StatusCode::TOO_MANY_REQUESTS, None, "{}", 60),
    ] {
        let limited = asked_who(status, header, body).await;
        let ForgeError::RateLimited { wait } = limited else { panic!("{header:?}: {limited:?}") };
        assert_eq!(wait.as_secs(), seconds, "{header:?}");
    }
}

#[test]
fn a_persons_own_file_adds_a_provider_or_takes_the_place_of_one() {
    let folder = std::env::temp_dir().join(format!("drawbridge-own-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("acme.toml"), GOOD).expect("written");
    fs::write(folder.join("oauth-server.toml"), GOOD.replace("Acme Forge", "Ours")).expect("written");
    fs::write(folder.join("bad.toml"), "name = 1").expect("written");
    fs::write(folder.join("Not An Id.toml"), GOOD).expect("written");
    fs::write(folder.join("notes.txt"), "nothing").expect("written");
    let catalog = Catalog::with_own(&folder);
    fs::remove_dir_all(&folder).expect("removed");
    let named = |id: &str| {
        catalog.find(&id.parse().expect("an id")).map(|provider| (provider.definition.name.clone(), provider.own))
    };
    assert_eq!(named("acme"), Some(("Acme Forge".to_owned(), true)));
    assert_eq!(named("oauth-server"), Some(("Ours".to_owned(), true)));
    assert_eq!(catalog.all().len(), Catalog::shipped().all().len() + 1);
    assert_eq!(catalog.problems().len(), 2, "{:?}", catalog.problems());
}

/// A server on a loopback port that answers at some paths, with a header and a line of JSON, and
/// says 404 elsewhere.
async fn server(answers: Vec<(String, HeaderMap, String)>) -> (BaseUrl, AbortOnDropHandle<()>) {
    let answers: HashMap<String, _> = answers.into_iter().map(|(path, head, body)| (path, (head, body))).collect();
    let answer = move |uri: Uri| {
        let known = answers.get(uri.path()).cloned();
        // Refused, as somebody without access is: what it is shows all the same.
        async move {
            known.map_or((StatusCode::NOT_FOUND, HeaderMap::new(), String::new()), |(head, body)| {
                (StatusCode::UNAUTHORIZED, head, body)
            })
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = BaseUrl::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("an address");
    let serving = tokio::spawn(async move {
        let _ = axum::serve(listener, Router::new().fallback(answer)).await;
    });
    (host, AbortOnDropHandle::new(serving))
}

/// How a server of a kind answers the question that its definition asks.
fn as_one(kind: &Provider, beside: &str) -> (String, HeaderMap, String) {
    let how = kind.definition.recognise.as_ref().expect("it can be recognised");
    let mut head = HeaderMap::new();
    if let Some(name) = &how.header {
        head.insert(name.parse::<HeaderName>().expect("a name"), "1".parse().expect("a value"));
    }
    let text = format!("{}1.2.3{beside}", how.contains.as_deref().unwrap_or_default());
    let body = how.field.as_ref().map(|field| format!(r#"{{"{}":"{text}"}}"#, field.as_str()));
    (how.address.clone(), head, body.unwrap_or_default())
}

#[tokio::test]
async fn a_server_by_address_is_recognised_by_one_question() {
    let (catalog, http) =
        (Catalog::shipped(), Client::new(Config { user_agent: "tests".to_owned() }).expect("a client"));
    let kinds: Vec<_> = catalog.all().iter().filter(|kind| kind.definition.recognise.is_some()).collect();
    assert!(kinds.len() >= 5, "the usual servers are told apart");
    let id = |found: Found| match found {
        Found::Kind(kind) => kind.id.to_string(),
        other => format!("{other:?}"),
    };
    for kind in &kinds {
        // It may answer what its elders are asked too, and says so.
        let elders = kinds.iter().filter_map(|elder| {
            let lacks = elder.definition.recognise.as_ref()?.lacks.clone()?;
            (elder.id != kind.id).then(|| as_one(elder, &lacks))
        });
        let (host, _serving) = server(elders.chain([as_one(kind, "")]).collect()).await;
        assert_eq!(id(recognise(&http, &catalog, &host).await), kind.id.to_string());
    }

    let (host, _serving) = server(Vec::new()).await;
    assert_eq!(id(recognise(&http, &catalog, &host).await), "Unknown", "somebody answers, nobody we know");

    // Bound and not listening: refused, and nobody else can take the port meanwhile.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let host = BaseUrl::parse(&format!("http://{}", socket.local_addr().expect("bound"))).expect("an address");
    assert_eq!(id(recognise(&http, &catalog, &host).await), "Silent", "nobody answers");
}
