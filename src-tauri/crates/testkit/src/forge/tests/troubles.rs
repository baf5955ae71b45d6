//! Bad days: each trouble as ordered, as often as ordered, and an end to all of them.
#![allow(clippy::expect_used)]

use super::*;

#[tokio::test]
async fn each_trouble_happens_as_often_as_ordered_and_then_all_is_well() {
    let (simulator, _clock) = small(250);
    let token = token(&simulator);
    simulator.fail_page(2, 502, 2);
    let statuses = |path: &'static str, times: usize| {
        let (simulator, token) = (&simulator, &token);
        async move {
            let mut all = Vec::new();
            for _ in 0..times {
                all.push(ask(simulator, token, path, None).await.status);
            }
            all
        }
    };
    let page = "/user/repos?per_page=100&page=2";
    assert_eq!(statuses("/user/repos?per_page=100", 1).await, [200], "another page is not meant");
    assert_eq!(statuses(page, 3).await, [502, 502, 200]);
    simulator.limit_next(1, 7);
    let limited = ask(&simulator, &token, "/user", None).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
    assert_eq!(statuses("/user", 1).await, [200]);
    simulator.trouble(Match::path("/user"), Trouble::CutReply, 1);
    simulator.trouble(Match::path("/user"), Trouble::LostRequest, 1);
    let url = format!("{}/user", simulator.api_url());
    for _ in 0..2 {
        let sent = Browser::new().send(Method::GET, &url, &[("user-agent", "test")], Bytes::new()).await;
        assert!(sent.is_err(), "{sent:?}");
    }
    simulator.trouble(Match::path("/user"), Trouble::Html, 1);
    simulator.all_well();
    assert_eq!(statuses("/user", 1).await, [200]);
    let log = simulator.log();
    assert_eq!(log.iter().filter(|one| one.troubled).count(), 5);
    assert!(log.iter().all(|one| one.header("authorization").is_none_or(|text| !text.contains(&token))));
}

#[tokio::test]
async fn a_lost_reply_has_been_processed() {
    let (simulator, _clock) = small(5);
    simulator.set_expiring_tokens(true);
    let back = approve(&authorize_url(&simulator, "")).await.expect("approved");
    let code = query(&back, "code").expect("a code");
    simulator.trouble(Match::path("/login/oauth/access_token"), Trouble::LostReply, 1);
    let url = format!("{}/login/oauth/access_token", simulator.url());
    let client = simulator.client().clone();
    let secret = client.client_secret.unwrap_or_default();
    let fields = [
        ("client_id", client.client_id.as_str()),
        ("client_secret", &secret),
        ("code", &code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    assert!(Browser::new().post(&url, &fields).await.is_err());
    assert_eq!(simulator.working_tokens(), 1, "the token exists, although nobody was told");
    let form = Browser::new().post(&url, &fields).await.expect("an answer").text();
    assert!(form.starts_with("error=bad_verification_code&"), "form-encoded unless JSON is asked for: {form}");
}

#[tokio::test]
async fn the_hourly_budget_runs_out_and_comes_back() {
    let (simulator, clock) = small(5);
    simulator.set_rate_limit(2);
    let token = token(&simulator);
    for (status, remaining) in [(200, "1"), (200, "0"), (403, "0")] {
        let page = ask(&simulator, &token, "/user", None).await;
        assert_eq!((page.status, page.header("x-ratelimit-remaining")), (status, Some(remaining)));
    }
    clock.advance(Duration::from_hours(1));
    assert_eq!(ask(&simulator, &token, "/user", None).await.status, 200);
}

#[tokio::test]
async fn a_used_up_budget_says_when_it_comes_back() {
    let (simulator, clock) = small(5);
    let token = token(&simulator);
    simulator.trouble(Match::api(), Trouble::PrimaryLimit(120), 1);
    let page = ask(&simulator, &token, "/user", None).await;
    let resets = (drawbridge_domain::Clock::now(&*clock).as_millis() / 1000 + 120).to_string();
    assert_eq!((page.status, page.header("x-ratelimit-remaining")), (403, Some("0")));
    assert_eq!(page.header("x-ratelimit-reset"), Some(resets.as_str()));
    assert_eq!(page.header("retry-after"), None);
    assert_eq!(page.header("date"), Some("Sun, 22 Nov 2026 08:00:00 GMT"), "the simulator's own clock");
}

#[tokio::test]
async fn slow_and_endless_bodies_are_what_they_say() {
    let (simulator, _clock) = small(30);
    let token = token(&simulator);
    let path = "/user/repos?per_page=30";
    let whole = ask(&simulator, &token, path, None).await;
    simulator.trouble(Match::path("/user/repos"), Trouble::Drip(1), 1);
    assert_eq!(ask(&simulator, &token, path, None).await.body, whole.body, "slow, but complete");
    simulator.trouble(Match::path("/user/repos"), Trouble::Endless, 1);
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str()), ("user-agent", "test")];
    let sent = Browser::new().get_with(&format!("{}{path}", simulator.api_url()), &headers).await;
    assert!(sent.is_err(), "more than anybody can take in");
}

#[tokio::test]
async fn a_crowd_is_asked_to_wait_and_counted() {
    let (simulator, _clock) = small(5);
    let token = token(&simulator);
    simulator.set_crowd(Some(3));
    simulator.trouble(Match::api(), Trouble::Silence, 3);
    let waiting: Vec<_> = (0..3).map(|_| tokio::spawn(unanswered(&simulator, &token))).collect();
    arrived(&simulator, 3).await;
    let limited = ask(&simulator, &token, "/user", None).await;
    assert_eq!((limited.status, simulator.most_in_flight()), (429, 4));
    drop(simulator);
    for one in waiting {
        assert!(one.await.expect("it ended"));
    }
}

/// Asks who the token belongs to; whether no answer came.
fn unanswered(simulator: &Simulator, token: &str) -> impl Future<Output = bool> + use<> {
    let (url, authorization) = (format!("{}/user", simulator.api_url()), format!("Bearer {token}"));
    async move {
        let headers = [("authorization", authorization.as_str()), ("user-agent", "test")];
        Browser::new().get_with(&url, &headers).await.is_err()
    }
}

/// Waits until so many requests are being answered at once.
async fn arrived(simulator: &Simulator, requests: u32) {
    let all = simulator.reaches_in_flight(requests);
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("the requests arrived");
}

#[tokio::test]
async fn requests_that_never_get_an_answer_end_with_the_simulator() {
    for never in [Trouble::Silence, Trouble::Stall] {
        let (simulator, _clock) = small(5);
        let token = token(&simulator);
        simulator.trouble(Match::api(), never, 1);
        let waiting = tokio::spawn(unanswered(&simulator, &token));
        arrived(&simulator, 1).await;
        assert!(!waiting.is_finished());
        drop(simulator);
        assert!(waiting.await.expect("it ended"), "an answer although the server is gone");
    }
}
