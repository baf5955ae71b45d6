//! GitHub's definition and our OAuth together against the practice forge, on good days and bad.
//!
//! Not here: what the keeper makes of it, and whether the practice forge is like the real one (see
//! `contract`).

use drawbridge_domain::{BaseUrl, ForgeRepository, Permission, SecretString, SystemRandom, Visibility};
use drawbridge_http::{Client, Config};
use drawbridge_oauth::{
    Answer, ClientAuth, DEEP_LINK_REDIRECT, DevicePoll, Endpoints, Error, Tokens, authorize, check_issuer, device_poll,
    device_start, exchange, parse_return, refresh,
};
use drawbridge_providers::{
    Api, Catalog, Ends, Forge, ForgeError, Grant, PageKey, PageReply, Provider, RepositoryRef, Revocation, StoredPage,
};
use drawbridge_testkit::{
    browser,
    forge::{Change, Match, Oddity, Simulator, SimulatorConfig, TokenKind, TokenReply, Trouble},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

const ALL: &[&str] = &["repo", "read:org", "user:email"];

struct Bench {
    simulator: Simulator,
    http: Client,
    base: BaseUrl,
    endpoints: Endpoints,
    secret: SecretString,
    token: SecretString,
}

fn provider() -> Arc<Provider> {
    let id = "github".to_owned().try_into().expect("an id");
    Arc::clone(Catalog::shipped().find(&id).expect("GitHub is in the catalogue"))
}

fn github() -> &'static dyn Forge {
    provider().forge().expect("it hosts repositories")
}

/// Asks for an end of an access, as a client with this secret.
async fn ended(bench: &Bench, api: &Api<'_>, secret: Option<&SecretString>) -> Result<Revocation, ForgeError> {
    let kept = std::collections::BTreeMap::new();
    let grant = Grant { access: api.token, refresh: None, client: Some((bench.client().id, secret)), kept: &kept };
    provider().revoke(api, &bench.simulator.host(), &grant, None).await
}

impl Bench {
    fn start(repositories: usize) -> Self {
        let simulator = Simulator::start(SimulatorConfig::with_repositories(repositories)).expect("a simulator");
        let host = simulator.host();
        let base = provider().api_url(&host);
        assert_eq!(base.as_str(), simulator.api_url(), "an own server's API is found from its address");
        let endpoints = provider().endpoints(&host, None).expect("OAuth");
        let secret = SecretString::from(simulator.client().client_secret.clone().expect("a secret"));
        let token = SecretString::from(simulator.add_token(0, TokenKind::Classic, ALL, None));
        let http = Client::new(Config { user_agent: "drawbridge-tests".to_owned() }).expect("a client");
        Self { simulator, http, base, endpoints, secret, token }
    }

    fn api(&self) -> Api<'_> {
        Api::with_token(&self.http, &self.base, &self.token)
    }

    fn client(&self) -> ClientAuth<'_> {
        ClientAuth::new(&self.simulator.client().client_id, Some(&self.secret))
    }

    async fn signed_in(&self) -> Result<Tokens, Error> {
        let provider = provider();
        let parameters = &provider.definition.oauth.as_ref().expect("OAuth").authorize_parameters;
        let extra: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let asked = authorize(&self.endpoints, self.client().id, DEEP_LINK_REDIRECT, ALL, &extra, &SystemRandom)?;
        let link = browser::approve(asked.url.expose().as_str()).await.expect("the way back");
        let back = parse_return(&link).expect("an answer");
        assert!(back.state.same_as(asked.state.expose()));
        check_issuer(self.endpoints.issuer.as_ref(), back.iss.as_deref())?;
        let Answer::Code(code) = back.answer else { panic!("approved") };
        exchange(&self.http, &self.endpoints, self.client(), &code, &asked.verifier, DEEP_LINK_REDIRECT).await
    }

    async fn page(&self, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError> {
        github().list_page(&self.api(), key, etag).await
    }

    /// Every page, in order, as the sync remembers them, with its rows.
    async fn everything(&self) -> Vec<(StoredPage, Vec<ForgeRepository>, bool)> {
        let mut waiting = vec![github().first_page()];
        let mut pages: Vec<(StoredPage, Vec<ForgeRepository>, bool)> = Vec::new();
        while let Some(key) = waiting.pop() {
            let reply = self.page(&key, None).await.expect("a page");
            let PageReply::Page { rows, etag, more, partial, .. } = reply else {
                panic!("nothing to be unmodified from")
            };
            let forge_ids = rows.iter().map(|row| row.forge_id.clone()).collect();
            waiting.extend(more.iter().filter(|key| !pages.iter().any(|(page, ..)| page.key == **key)).cloned());
            waiting.sort_by_key(|key| std::cmp::Reverse(key.0.parse::<u32>().expect("a number")));
            waiting.dedup();
            pages.push((StoredPage { key, etag, forge_ids, more }, rows, partial));
        }
        pages
    }
}

fn names(rows: impl IntoIterator<Item = ForgeRepository>) -> BTreeSet<String> {
    rows.into_iter().map(|row| format!("{}/{}", row.owner, row.name)).collect()
}

#[tokio::test]
async fn the_web_flow_connects_in_every_form_of_reply() {
    let bench = Bench::start(10);
    for form in [TokenReply::AsAsked, TokenReply::Form, TokenReply::Json] {
        bench.simulator.set_token_reply(form);
        let tokens = bench.signed_in().await.expect("tokens");
        let granted: BTreeSet<String> = tokens.scopes.expect("said").into_iter().collect();
        assert_eq!(granted, ALL.iter().map(|scope| (*scope).to_owned()).collect(), "{form:?}");
        assert!(tokens.refresh.is_none() && tokens.expires_in.is_none(), "an OAuth app's token stays");
        let api = Api { token: &tokens.access, ..bench.api() };
        let found = provider().identify(&api).await.expect("identified");
        assert_eq!(found.identity.subject, bench.simulator.user_id(0).to_string(), "by the number, not by the name");
        assert_eq!(found.identity.login, bench.simulator.login(0));
        assert_eq!(found.scopes.expect("said").into_iter().collect::<BTreeSet<_>>(), granted, "{form:?}");
    }
    bench.simulator.set_granted_scopes(Some(&["read:org"]));
    let less = bench.signed_in().await.expect("tokens");
    assert_eq!(less.scopes.expect("said"), ["read:org"], "what was granted, not what was asked for");
}

#[tokio::test]
async fn a_wrong_secret_a_spent_code_and_a_no_are_refusals_although_the_status_says_fine() {
    let bench = Bench::start(10);
    let asked =
        authorize(&bench.endpoints, bench.client().id, DEEP_LINK_REDIRECT, ALL, &[], &SystemRandom).expect("ok");
    let link = browser::deny(asked.url.expose().as_str()).await.expect("the way back");
    let back = parse_return(&link).expect("an answer");
    assert!(back.state.same_as(asked.state.expose()));
    assert!(matches!(back.answer, Answer::Refused { error, .. } if error == "access_denied"));

    let link = browser::approve(asked.url.expose().as_str()).await.expect("the way back");
    let Answer::Code(code) = parse_return(&link).expect("an answer").answer else { panic!("approved") };
    let wrong = SecretString::from("wrong".to_owned());
    let stranger = ClientAuth::new(bench.client().id, Some(&wrong));
    let with = async |client: ClientAuth<'_>| {
        exchange(&bench.http, &bench.endpoints, client, &code, &asked.verifier, DEEP_LINK_REDIRECT).await
    };
    let outcome = with(stranger).await;
    assert!(
        matches!(&outcome, Err(Error::Refused { error, .. }) if error == "incorrect_client_credentials"),
        "{outcome:?}"
    );
    let _ = with(bench.client()).await;
    let spent = with(bench.client()).await;
    assert!(matches!(&spent, Err(Error::Refused { error, .. }) if error == "bad_verification_code"), "{spent:?}");
}

#[tokio::test]
async fn access_that_ends_is_renewed_and_a_lost_reply_is_told_from_a_refusal() {
    let bench = Bench::start(10);
    bench.simulator.set_expiring_tokens(true);
    let first = bench.signed_in().await.expect("tokens");
    assert_eq!(first.expires_in, Some(Duration::from_hours(8)));
    assert!(first.refresh_expires_in.is_some() && first.server_date.is_some());
    let spent = first.refresh.expect("a refresh token");
    let renew = async |token: &SecretString| refresh(&bench.http, &bench.endpoints, bench.client(), token).await;

    let token_endpoint = || Match::path("/login/oauth/access_token");
    bench.simulator.trouble(token_endpoint(), Trouble::Status(503), 1);
    let outcome = renew(&spent).await;
    assert!(
        matches!(&outcome, Err(error @ Error::Unwell { status: 503, .. }) if !error.reply_may_be_lost()),
        "{outcome:?}"
    );
    bench.simulator.trouble(token_endpoint(), Trouble::OauthError("temporarily_unavailable".to_owned()), 1);
    assert!(matches!(renew(&spent).await, Err(Error::Refused { error, .. }) if error == "temporarily_unavailable"));
    bench.simulator.trouble(token_endpoint(), Trouble::Html, 1);
    let outcome = renew(&spent).await;
    assert!(matches!(&outcome, Err(error @ Error::Interposed) if !error.reply_may_be_lost()), "{outcome:?}");
    for trouble in [Trouble::NotJson, Trouble::OtherJson, Trouble::Empty] {
        bench.simulator.trouble(token_endpoint(), trouble.clone(), 1);
        let outcome = renew(&spent).await;
        assert!(
            matches!(&outcome, Err(error @ Error::Malformed { .. }) if error.reply_may_be_lost()),
            "{trouble:?}: {outcome:?}"
        );
    }

    bench.simulator.clear_log();
    let second = renew(&spent).await.expect("tokens");
    bench.simulator.trouble(token_endpoint(), Trouble::LostReply, 1);
    let next = second.refresh.expect("it rotates");
    let outcome = renew(&next).await;
    assert!(matches!(&outcome, Err(error @ Error::ReplyLost(_)) if error.reply_may_be_lost()), "{outcome:?}");
    assert_eq!(bench.simulator.log().len(), 2, "neither was sent twice");
    let api = Api { token: &second.access, ..bench.api() };
    let outcome = provider().identify(&api).await;
    assert!(
        matches!(outcome, Err(ForgeError::Unauthorized)),
        "the pair was replaced, whoever heard of it: {outcome:?}"
    );
}

#[tokio::test]
async fn the_device_flow_connects_and_a_no_is_a_no() {
    let bench = Bench::start(10);
    let public = ClientAuth::new(&bench.simulator.client().client_id, None);
    let ask = async |code: &SecretString| device_poll(&bench.http, &bench.endpoints, public, code).await;
    for approve in [true, false] {
        bench.simulator.set_device_interval(0);
        let started = device_start(&bench.http, &bench.endpoints, public.id, ALL).await.expect("a code");
        assert!(started.verification_uri.as_str().starts_with(bench.simulator.url()), "{started:?}");
        assert!(matches!(ask(&started.device_code).await, Ok(DevicePoll::Pending)));
        assert!(bench.simulator.decide_device(&started.user_code, approve));
        match (approve, ask(&started.device_code).await) {
            (true, Ok(DevicePoll::Tokens(tokens))) => {
                let api = Api { token: &tokens.access, ..bench.api() };
                provider().identify(&api).await.expect("identified");
            }
            (false, Ok(DevicePoll::Denied)) => {}
            (_, other) => panic!("{approve}: {other:?}"),
        }
    }
    bench.simulator.set_device_interval(5);
    let started = device_start(&bench.http, &bench.endpoints, public.id, ALL).await.expect("a code");
    assert_eq!(started.interval, Duration::from_secs(5));
    assert!(matches!(ask(&started.device_code).await, Ok(DevicePoll::Pending)));
    assert!(matches!(ask(&started.device_code).await, Ok(DevicePoll::SlowDown)), "sooner than it asked for");
}

#[tokio::test]
async fn a_listing_is_everything_the_account_reaches_and_free_the_second_time() {
    let bench = Bench::start(437);
    let pages = bench.everything().await;
    assert_eq!(pages.len(), 5);
    assert_eq!(pages[0].0.more.len(), 4, "the first page names all others, so they can be fetched at once");
    let ids: Vec<String> = pages.iter().flat_map(|(page, ..)| page.forge_ids.clone()).collect();
    assert_eq!(ids.len(), 437);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 437, "no row twice");
    let found = names(pages.iter().flat_map(|(_, rows, _)| rows.clone()));
    let known: BTreeSet<String> = bench.simulator.full_names().into_iter().collect();
    assert!(found.is_subset(&known), "nothing is made up");
    for row in pages.iter().flat_map(|(_, rows, _)| rows) {
        let id = bench.simulator.repository_id(&format!("{}/{}", row.owner, row.name));
        assert_eq!(id.map(|id| id.to_string()).as_ref(), Some(&row.forge_id), "{}", row.name);
        assert!(row.clone_url.ends_with(&format!("/{}/{}.git", row.owner, row.name)), "{}", row.clone_url);
    }
    let rows: Vec<&ForgeRepository> = pages.iter().flat_map(|(_, rows, _)| rows).collect();
    for visibility in [Visibility::Public, Visibility::Private, Visibility::Internal] {
        assert!(rows.iter().any(|row| row.visibility == visibility), "{visibility:?}");
    }
    assert!(rows.iter().map(|row| row.permission).collect::<BTreeSet<Permission>>().len() > 1, "not all the same");

    for (page, ..) in &pages {
        let again = bench.page(&page.key, page.etag.as_deref()).await.expect("an answer");
        assert!(matches!(again, PageReply::Unmodified), "page {}", page.key.0);
    }
    assert_eq!(github().page_beyond(&pages[4].0), None, "the last page has room for what may come");

    let full_name = format!("{}/freshly-made", bench.simulator.login(0));
    assert!(bench.simulator.change(&Change::Add { full_name, visibility: Visibility::Private }));
    for (page, ..) in &pages {
        let again = bench.page(&page.key, page.etag.as_deref()).await.expect("an answer");
        let is_last = page.key == pages[4].0.key;
        assert_eq!(
            matches!(again, PageReply::Page { .. }),
            is_last,
            "what is new comes at the end: page {}",
            page.key.0
        );
    }
}

#[tokio::test]
async fn behind_a_full_last_page_the_next_one_is_found() {
    let bench = Bench::start(200);
    let pages = bench.everything().await;
    let last = &pages.last().expect("pages").0;
    assert_eq!((pages.len(), last.forge_ids.len()), (2, 100));
    let beyond = github().page_beyond(last).expect("there may be one");
    let PageReply::Page { rows, more, .. } = bench.page(&beyond, None).await.expect("a page") else { panic!("a page") };
    assert!(rows.is_empty() && more.is_empty(), "there is none yet, and that is no failure");
    let full_name = format!("{}/freshly-made", bench.simulator.login(0));
    assert!(bench.simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Public }));
    let PageReply::Page { rows, .. } = bench.page(&beyond, None).await.expect("a page") else { panic!("a page") };
    assert_eq!(names(rows), BTreeSet::from([full_name]));
}

#[tokio::test]
async fn a_bad_day_is_a_failure_and_never_a_short_list() {
    let bench = Bench::start(250);
    let key = PageKey("2".to_owned());
    let at = || Match::page(2);
    for trouble in [
        Trouble::Status(500),
        Trouble::Status(422),
        Trouble::Html,
        Trouble::NotJson,
        Trouble::OtherJson,
        Trouble::Empty,
        Trouble::CutReply,
        Trouble::LostReply,
        Trouble::LostRequest,
        Trouble::Endless,
        Trouble::Redirect("http://127.0.0.1:1/stolen".to_owned()),
    ] {
        bench.simulator.trouble(at(), trouble.clone(), 1);
        let outcome = bench.page(&key, None).await;
        let failed = outcome.expect_err("a failure");
        let plain =
            matches!(failed, ForgeError::Server { .. } | ForgeError::Malformed { .. } | ForgeError::Unreachable(_));
        assert!(plain, "{trouble:?}: {failed:?}");
        bench.simulator.all_well();
    }
    for status in [502, 503, 504] {
        bench.simulator.fail_page(2, status, 1);
        let reply = bench.page(&key, None).await;
        assert!(
            matches!(reply, Ok(PageReply::Page { ref rows, .. }) if rows.len() == 100),
            "a moment later it is well: {reply:?}"
        );
    }
    for (trouble, wait) in [
        (Trouble::PrimaryLimit(40), 30..=40),
        (Trouble::SecondaryLimit(7), 7..=7),
        (Trouble::SecondaryLimitForbidden(9), 9..=9),
    ] {
        bench.simulator.trouble(at(), trouble.clone(), 1);
        let outcome = bench.page(&key, None).await;
        let Err(ForgeError::RateLimited { wait: told }) = outcome else { panic!("{trouble:?}: {outcome:?}") };
        assert!(wait.contains(&told.as_secs()), "{trouble:?}: {told:?}");
    }
    bench.simulator.revoke_all();
    assert!(matches!(bench.page(&key, None).await, Err(ForgeError::Unauthorized)));
}

#[tokio::test]
async fn a_repository_described_oddly_stays_in_the_list() {
    let bench = Bench::start(60);
    let all = names(bench.everything().await.remove(0).1);
    let one = all.first().expect("some").clone();
    for oddity in [
        Oddity::NullOwner,
        Oddity::UnknownVisibility,
        Oddity::NoVisibility,
        Oddity::NoPermissions,
        Oddity::NoTopics,
        Oddity::NullBranch,
        Oddity::NullPush,
        Oddity::LongDescription,
        Oddity::HugeSize,
        Oddity::ExtraFields,
    ] {
        assert!(bench.simulator.twist(&one, oddity));
        let (_, rows, partial) = bench.everything().await.remove(0);
        assert!(!partial, "{oddity:?}");
        assert_eq!(names(rows), all, "{oddity:?}");
    }
    assert!(bench.simulator.twist(&one, Oddity::NullRow));
    let (_, rows, partial) = bench.everything().await.remove(0);
    assert_eq!((rows.len(), partial), (all.len() - 1, true), "it can't be named, but it is known that one is missing");
}

#[tokio::test]
async fn what_is_held_back_until_single_sign_on_is_known_to_be_held_back() {
    let bench = Bench::start(150);
    let before = bench.everything().await;
    assert!(before.iter().all(|(.., partial)| !partial));
    let login = bench.simulator.login(0);
    let mut owners = before.iter().flat_map(|(_, rows, _)| rows).map(|row| row.owner.clone());
    let organisation = owners.find(|owner| *owner != login).expect("an organisation");
    bench.simulator.set_sso(&[&organisation]);
    let after = bench.everything().await;
    assert!(after.iter().all(|(_, rows, _)| rows.iter().all(|row| row.owner != organisation)));
    assert!(after.iter().any(|(.., partial)| *partial), "fewer rows, and it says so");
}

#[tokio::test]
async fn one_repository_is_found_under_its_old_name_and_missed_when_gone() {
    let bench = Bench::start(20);
    let login = bench.simulator.login(0);
    let full_name = format!("{login}/before");
    bench.simulator.change(&Change::Add { full_name: full_name.clone(), visibility: Visibility::Private });
    let find = async |name: &str| {
        let named = RepositoryRef { forge_id: "", owner: &login, name };
        github().find_repository(&bench.api(), named).await
    };
    let id = find("before").await.expect("an answer").expect("there").forge_id;
    bench.simulator.change(&Change::Rename { full_name, to: "after".to_owned() });
    let moved = find("before").await.expect("an answer").expect("there");
    assert_eq!((moved.forge_id.as_str(), moved.name.as_str()), (id.as_str(), "after"), "the same one");
    bench.simulator.change(&Change::Delete { full_name: format!("{login}/after") });
    assert!(matches!(find("after").await, Ok(None)));
    bench.simulator.trouble(Match::api(), Trouble::Status(500), 1);
    assert!(find("after").await.is_err(), "a failure is no answer");
}

#[tokio::test]
async fn access_ends_at_the_host() {
    let bench = Bench::start(10);
    let tokens = bench.signed_in().await.expect("tokens");
    let api = Api { token: &tokens.access, ..bench.api() };
    let client = bench.client();
    let by_hand = ended(&bench, &api, None).await.expect("an answer");
    assert_eq!(by_hand, Revocation::OnlyByHand);
    provider().identify(&api).await.expect("it still works");
    for _ in 0..2 {
        let ended = self::ended(&bench, &api, client.secret).await.expect("an answer");
        assert_eq!(ended, Revocation::Ended(Ends::Grant), "and ending it again is no failure");
        assert!(matches!(provider().identify(&api).await, Err(ForgeError::Unauthorized)));
    }
    let again = bench.signed_in().await.expect("tokens");
    let api = Api { token: &again.access, ..bench.api() };
    let wrong = SecretString::from("wrong".to_owned());
    let outcome = ended(&bench, &api, Some(&wrong)).await.expect("an answer");
    assert_eq!(outcome, Revocation::OnlyByHand, "a client that is not believed ended nothing");
    provider().identify(&api).await.expect("it still works");
}
