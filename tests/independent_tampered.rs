//! Replies of a server that is not ours, changed on their way, one at a time: each is refused in
//! words that fit it, nothing is kept of it, and nothing that was there is lost.
//!
//! Not here: the server as it is (`independent_keeper.rs`).

use crate::{app::finished, independent_keeper::Bench};
use drawbridge_domain::{Health, SignInWay};
use drawbridge_keeper::{Code, Problem, dto::SignInState};
use drawbridge_testkit::{
    oidc,
    tamper::Reply,
    temp::{canary, search_tree_for},
};
use serde_json::{Value, json};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

type Change = Box<dyn Fn(&mut Reply) + Send + Sync>;

fn set(name: &'static str, value: Value) -> Change {
    Box::new(move |reply| reply.set(name, value.clone()))
}

fn instead(reply: Reply) -> Change {
    Box::new(move |there| *there = reply.clone())
}

/// Changes a parameter of the address a browser is sent back to; nothing takes it away.
fn back_with(name: &'static str, value: Option<&'static str>) -> Change {
    Box::new(move |reply| {
        reply.redirect(|to| {
            let Some((place, query)) = to.split_once('?').filter(|(place, _)| place.starts_with("dev.drawbridge"))
            else {
                return to.to_owned();
            };
            let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            pairs.retain(|(there, _)| there != name);
            pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            format!("{place}?{query}")
        });
    })
}

fn says(problem: &Problem, code: Code, words: &str, case: &str) {
    assert_eq!(problem.code, code, "{case}: {problem:?}");
    assert!(problem.message.contains(words), "{case}: {problem:?}");
    assert!(!problem.hint.is_empty(), "{case}: there is a next step");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_to_our_question_or_not_from_its_server_is_refused() {
    let bench = Bench::registered().await;
    let elsewhere = "did not come from";
    for (case, change, code, words) in [
        ("another state", back_with("state", Some("x".repeat(43).leak())), Code::SignInUnknown, "No sign-in waits"),
        ("no state", back_with("state", None), Code::SignInUnknown, "not the answer"),
        ("another issuer", back_with("iss", Some("https://evil.example")), Code::SignInFailed, elsewhere),
        ("no issuer where it is promised", back_with("iss", None), Code::SignInFailed, elsewhere),
        ("no code", back_with("code", None), Code::SignInUnknown, "not the answer"),
        ("an error beside the code", back_with("error", Some("access_denied")), Code::SignInUnknown, "not the answer"),
    ] {
        let started = bench.begin(SignInWay::DeepLink).await.expect("starts");
        bench.way.change("/auth", change);
        let link = oidc::approve(&started.url).await.expect("the way back");
        assert!(bench.way.restore() > 0, "{case}");
        let tokens = bench.way.asked("/token");
        let problem = bench.app.keeper.sign_in_return(link.clone()).await.expect_err(case);
        says(&problem, code, words, case);
        assert_eq!(bench.way.asked("/token"), tokens, "{case}: the code was given to nobody");
        assert!(bench.accounts().await.is_empty(), "{case}");
        // A wrong answer that is known to be ours has spent the attempt; one that is nobody's has not.
        let state = bench.app.keeper.sign_in_show(started.id).await.expect("there").state;
        let spent = code == Code::SignInFailed;
        assert_eq!(state, if spent { SignInState::Failed } else { SignInState::Waiting }, "{case}");
    }
    bench.connect().await.expect("the honest answer connects");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_from_somewhere_else_is_none_and_its_words_are_told_nobody() {
    let bench = Bench::registered().await;
    let words = canary("description");
    for (case, issuer, state, code) in [
        ("another issuer", Some("https://evil.example"), None, Code::SignInFailed),
        ("no issuer", None, None, Code::SignInFailed),
        ("another state", Some(""), Some("x".repeat(43)), Code::SignInUnknown),
        ("the server itself", Some(""), None, Code::SignInDenied),
    ] {
        let started = bench.begin(SignInWay::DeepLink).await.expect("starts");
        let page = url::Url::parse(&started.url).expect("an address");
        let ours = page.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
        let issuer = issuer.map(|issuer| if issuer.is_empty() { &bench.way.server.issuer } else { issuer });
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("error", "access_denied").append_pair("error_description", &words);
        query.append_pair("error_uri", &format!("https://evil.example/{words}"));
        query.append_pair("state", state.as_ref().unwrap_or(&ours));
        query.extend_pairs(issuer.map(|issuer| ("iss", issuer)));
        let tokens = bench.way.asked("/token");
        let back = page.query_pairs().find(|(name, _)| name == "redirect_uri").expect("a way back").1.into_owned();
        let link = format!("{back}?{}", query.finish());
        let problem = bench.app.keeper.sign_in_return(link).await.expect_err(case);
        assert_eq!(problem.code, code, "{case}: {problem:?}");
        assert_eq!(bench.way.asked("/token"), tokens, "{case}");
        let left = bench.app.keeper.sign_in_show(started.id).await.expect("there");
        let waits = code == Code::SignInUnknown;
        assert_eq!(left.state, if waits { SignInState::Waiting } else { SignInState::Failed }, "{case}");
        let said = format!("{problem:?} {}", serde_json::to_string(&left).expect("JSON"));
        assert!(!said.contains(&words) && !said.contains("evil.example"), "{case}: {said}");
    }
    assert!(bench.accounts().await.is_empty());
    let found = search_tree_for(bench.app.folder.around(), &[&words]).expect("searched");
    assert!(found.is_empty(), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_whose_time_is_up_is_asked_for_no_more() {
    let bench = Bench::registered().await;
    bench.way.change("/device/auth", |reply| {
        reply.set("expires_in", json!(3));
        reply.set("interval", json!(2));
    });
    let started = bench.begin(SignInWay::Device).await.expect("starts");
    assert_eq!(bench.way.restore(), 1);
    let ended = finished(&bench.app, &started).await;
    assert_eq!(ended.state, SignInState::Expired, "{:?}", ended.problem);
    let asked = bench.way.asked("/token");
    // Another one is polled meanwhile: the first would be too.
    let other = bench.begin(SignInWay::Device).await.expect("starts");
    oidc::approve_device(&bench.way.server, other.user_code.as_deref().expect("a code")).await.expect("approved");
    assert_eq!(finished(&bench.app, &other).await.state, SignInState::Connected);
    assert_eq!(bench.way.asked("/token"), asked + 1, "only the other");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_promise_to_name_itself_need_not_but_may_not_lie() {
    let bench = Bench::start().await;
    bench.way.change("/.well-known/", set("authorization_response_iss_parameter_supported", Value::Null));
    bench.register().await.expect("registered");
    bench.way.restore();
    for (change, connects) in [(back_with("iss", None), true), (back_with("iss", Some("https://evil.example")), false)]
    {
        bench.way.change("/auth", change);
        assert_eq!(bench.connect().await.is_ok(), connects);
        assert!(bench.way.restore() > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_that_leads_elsewhere_is_refused() {
    let page = || Reply::new(200, "text/html", "<!doctype html><p>Welcome");
    for (case, change, code, words) in [
        ("another issuer", set("issuer", json!("https://evil.example")), Code::SignInFailed, "did not come from"),
        ("no issuer", set("issuer", Value::Null), Code::HostRefused, "not a sign-in reply"),
        (
            "open token endpoint",
            set("token_endpoint", json!("http://sso.example/t")),
            Code::HostRefused,
            "not a sign-in",
        ),
        (
            "open registration",
            set("registration_endpoint", json!("http://h.example/r")),
            Code::HostRefused,
            "not a sign-in",
        ),
        ("a file", set("authorization_endpoint", json!("file:///etc/passwd")), Code::HostRefused, "not a sign-in"),
        (
            "with a name",
            set("userinfo_endpoint", json!("https://a:b@sso.example/u")),
            Code::HostRefused,
            "not a sign-in",
        ),
        ("no S256", set("code_challenge_methods_supported", json!(["plain"])), Code::NotOffered, "PKCE"),
        ("no word of S256", set("code_challenge_methods_supported", Value::Null), Code::NotOffered, "PKCE"),
        ("no registration", set("registration_endpoint", Value::Null), Code::NotOffered, "register themselves"),
        ("a page", instead(page()), Code::NotOffered, "register themselves"),
        ("too long", Box::new(|reply: &mut Reply| reply.set("x", json!("y".repeat(300_000)))), Code::Unreachable, ""),
    ] {
        let bench = Bench::start().await;
        bench.way.change("/.well-known/", change);
        let problem = bench.register().await.expect_err(case);
        assert!(bench.way.restore() > 0, "{case}");
        says(&problem, code, words, case);
        assert!(bench.clients().await.is_empty(), "{case}");
        assert_eq!(bench.way.asked("/reg"), 0, "{case}: nothing was registered");
        bench.register().await.unwrap_or_else(|problem| panic!("{case}: nothing of it was kept: {problem:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_not_ours_is_refused_and_taken_back() {
    let other = json!(["https://evil.example/callback"]);
    let more = json!(["http://127.0.0.1/callback", "dev.drawbridge.desktop:/oauth/callback", "https://evil.example/"]);
    let something = "something else than Drawbridge asked for";
    for (case, change, code, words, taken_back) in [
        ("no client id", set("client_id", Value::Null), Code::HostRefused, something, true),
        ("other ways back", set("redirect_uris", other), Code::HostRefused, something, true),
        ("one way back more", set("redirect_uris", more), Code::HostRefused, something, true),
        (
            "another method",
            set("token_endpoint_auth_method", json!("private_key_jwt")),
            Code::HostRefused,
            something,
            true,
        ),
        ("less than asked", set("scope", json!("openid")), Code::HostRefused, something, true),
        ("a page", instead(Reply::new(200, "text/html", "<html>Hotel")), Code::Unreachable, "Something else", false),
        ("a redirect", instead(Reply::new(302, "text/html", "")), Code::Unreachable, "Something else", false),
        ("not let in", instead(Reply::new(401, "text/plain", "")), Code::HostRefused, "let in", false),
        (
            "refused ways back",
            instead(Reply::new(400, "application/json", r#"{"error":"invalid_redirect_uri"}"#)),
            Code::HostRefused,
            "does not take the ways back",
            false,
        ),
        (
            "refused metadata",
            instead(Reply::new(400, "application/json", r#"{"error":"invalid_client_metadata"}"#)),
            Code::HostRefused,
            "programs like this one",
            false,
        ),
        ("cut", Box::new(|reply: &mut Reply| reply.cut = true), Code::Unreachable, "reply did not arrive", false),
        (
            "given twice",
            Box::new(|reply: &mut Reply| reply.body.splice(1..1, br#""client_id":"other","#.to_vec()).for_each(drop)),
            Code::HostRefused,
            something,
            false,
        ),
    ] {
        let bench = Bench::start().await;
        bench.way.change("/reg", move |reply| {
            // Only what registers is changed, not what takes it back.
            if reply.status == 201 {
                change(reply);
            }
        });
        let problem = bench.register().await.expect_err(case);
        assert!(bench.way.restore() > 0, "{case}");
        says(&problem, code, words, case);
        assert!(bench.clients().await.is_empty(), "{case}");
        let left = bench.way.server.registered().await.expect("an answer").len();
        assert_eq!(left, usize::from(!taken_back), "{case}: what is known to be there is taken back");
        bench.register().await.expect("nothing stands in the way of another try");
    }
}

fn bad_tokens() -> Vec<(&'static str, Change, Code, &'static str)> {
    let no_reply = "not a sign-in reply";
    vec![
        ("no access token", set("access_token", Value::Null), Code::HostRefused, no_reply),
        ("an empty one", set("access_token", json!("")), Code::HostRefused, no_reply),
        ("one that is no text", set("access_token", json!({"a": 1})), Code::HostRefused, no_reply),
        ("one with a line break", set("access_token", json!("a\r\nX: y")), Code::HostRefused, no_reply),
        ("another type", set("token_type", json!("DPoP")), Code::HostRefused, no_reply),
        ("a type that is null", instead_of_type(), Code::HostRefused, no_reply),
        ("a page", instead(Reply::new(200, "text/html", "<html>Hotel")), Code::Unreachable, "Something else"),
        ("a redirect", redirect(), Code::Unreachable, "Something else"),
        ("too long", Box::new(|reply| reply.set("x", json!("y".repeat(300_000)))), Code::Unreachable, "did not arrive"),
        ("cut", Box::new(|reply| reply.cut = true), Code::Unreachable, "did not arrive"),
        ("half of it", Box::new(|reply| reply.body.truncate(reply.body.len() / 2)), Code::HostRefused, no_reply),
        ("nothing", Box::new(|reply| reply.body.clear()), Code::HostRefused, no_reply),
        (
            "a token given twice",
            Box::new(|reply| reply.body.splice(1..1, br#""access_token":"other","#.to_vec()).for_each(drop)),
            Code::HostRefused,
            no_reply,
        ),
    ]
}

fn instead_of_type() -> Change {
    Box::new(|reply| {
        let text = String::from_utf8_lossy(&reply.body).replace(r#""token_type":"Bearer""#, r#""token_type":null"#);
        reply.body = text.into_bytes();
    })
}

fn redirect() -> Change {
    let mut reply = Reply::new(302, "text/html", "");
    reply.headers.push(("location".to_owned(), "https://evil.example/".to_owned()));
    instead(reply)
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_none_connect_nobody() {
    let bench = Bench::registered().await;
    for (case, change, code, words) in bad_tokens() {
        bench.way.change("/token", change);
        let problem = bench.connect().await.expect_err(case);
        assert_eq!(bench.way.restore(), 1, "{case}: a code is sent once");
        says(&problem, code, words, case);
        assert!(bench.accounts().await.is_empty(), "{case}");
    }
    bench.connect().await.expect("the honest reply connects");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_is_none_loses_nothing_and_is_not_sent_again() {
    for (case, change, ..) in bad_tokens() {
        let bench = Bench::registered().await;
        let account = bench.connect().await.expect("connects");
        let (access, _) = bench.given();
        // The old access still works; a newer one was only asked for.
        bench.way.change("/token", change);
        bench.app.keeper.account_refresh(account.id.clone()).await.expect_err(case);
        assert_eq!(bench.way.restore(), 1, "{case}");
        let kept = bench.app.keeper.account_check(account.id.clone()).await;
        let surely_not_done = matches!(case, "a page" | "a redirect");
        if surely_not_done {
            assert_eq!(kept.expect(case).health, Health::Working, "{case}");
            continue;
        }
        assert!(kept.is_ok() && bench.works(&access).await, "{case}: what is left of the old access is used: {kept:?}");
        bench.clock.advance(2 * HOUR);
        let sent = bench.way.asked("/token");
        let problem = bench.app.keeper.account_check(account.id.clone()).await.expect_err(case);
        assert_eq!(problem.code, Code::SignInNeeded, "{case}: {problem:?}");
        assert_eq!(bench.way.asked("/token"), sent, "{case}: a token that may be spent is not sent again");
        assert_eq!(bench.connect().await.expect("a sign-in mends it").id, account.id, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_type_that_is_left_out_is_bearer() {
    let bench = Bench::registered().await;
    bench.way.change("/token", set("token_type", Value::Null));
    bench.connect().await.expect("there is nothing else that it could be");
    assert_eq!(bench.way.restore(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_that_is_none_starts_nothing() {
    let bench = Bench::registered().await;
    let no_reply = "not a sign-in reply";
    for (case, change, code, words) in [
        ("no device code", set("device_code", Value::Null), Code::HostRefused, no_reply),
        ("no user code", set("user_code", Value::Null), Code::HostRefused, no_reply),
        ("no page", set("verification_uri", Value::Null), Code::HostRefused, no_reply),
        ("an open page", set("verification_uri", json!("http://sso.example/")), Code::HostRefused, no_reply),
        ("no page at all", set("verification_uri", json!("javascript:alert(1)")), Code::HostRefused, no_reply),
        ("no end", set("expires_in", Value::Null), Code::HostRefused, no_reply),
        ("control characters", set("user_code", json!("AB\u{1b}[31m")), Code::HostRefused, no_reply),
        ("a page for people", instead(Reply::new(200, "text/html", "<html>")), Code::Unreachable, "Something else"),
    ] {
        bench.way.change("/device/auth", change);
        let problem = bench.begin(SignInWay::Device).await.expect_err(case);
        assert_eq!(bench.way.restore(), 1, "{case}");
        says(&problem, code, words, case);
        assert!(bench.app.keeper.sign_in_list().await.expect("listed").is_empty(), "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interval_of_nothing_or_of_ages_is_brought_to_measure() {
    let bench = Bench::registered().await;
    for interval in [json!(0), json!(-5), json!("x"), json!(1e300)] {
        bench.way.change("/device/auth", set("interval", interval.clone()));
        let started = bench.begin(SignInWay::Device).await.unwrap_or_else(|problem| panic!("{interval}: {problem:?}"));
        assert_eq!(bench.way.restore(), 1);
        oidc::approve_device(&bench.way.server, started.user_code.as_deref().expect("a code")).await.expect("approved");
        let done = finished(&bench.app, &started).await;
        assert_eq!(done.state, SignInState::Connected, "{interval}: {:?}", done.problem);
    }
    // An interval or a life beyond all measure does not make anybody wait for ever.
    for name in ["interval", "expires_in"] {
        bench.way.change("/device/auth", set(name, json!(4_000_000_000_u32)));
        let started = bench.begin(SignInWay::Device).await.expect("starts");
        assert!(started.ends_at.since(started.started_at) <= HOUR, "{name}");
    }
}
