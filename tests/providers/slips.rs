//! The simulators bite: a definition with one slip in it does not get through its provider's story.
//!
//! Not here: the story itself.

use super::*;

/// What a slip in a definition comes to at the simulator.
enum Slip {
    /// It refuses, and notes it with these words.
    Refused(&'static str),
    /// The sign-in can't be renewed.
    NotRenewed,
    /// The receipt does not say that the grant ended.
    NotEnded(&'static str),
}

/// The simulators bite: each demand of a provider, not met by a definition with one slip in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_slip_in_a_definition_is_noticed() {
    use SignInWay::{DeepLink, Loopback};
    use Slip::{NotEnded, NotRenewed, Refused};
    let slips: [(&str, bool, SignInWay, &str, &str, Slip); 22] = [
        ("gitlab", false, DeepLink, "\"/oauth/token\"", "\"/login/oauth/access_token\"", Refused("")),
        ("gitlab", false, DeepLink, "name = \"read_user\"", "name = \"user_read\"", Refused("scope user_read")),
        ("gitlab", false, DeepLink, "address = \"/oauth/revoke\"", "address = \"/oauth/end\"", NotEnded("")),
        (
            "gitea",
            false,
            Loopback,
            "client_auth",
            "pkce = \"refused\"\nclient_auth",
            Refused("code_challenge is missing"),
        ),
        (
            "gitea",
            false,
            Loopback,
            "ways = [\"loopback\"]",
            "ways = [\"loopback\"]\nloopback = { host = \"localhost\" }",
            Refused("not registered"),
        ),
        ("bitbucket-cloud", true, Loopback, "[\"basic\"]", "[\"body\"]", Refused("may not come by Body")),
        ("bitbucket-cloud", true, Loopback, "ports = [41451]", "ports = [41454]", Refused("not registered")),
        ("azure-devops", false, Loopback, "?api-version=7.1", "", Refused("api-version")),
        ("azure-devops", false, Loopback, "X-TFS-FedAuthRedirect", "X-TFS-FedAuth", Refused("X-TFS-FedAuthRedirect")),
        ("azure-devops", false, Loopback, "host = \"localhost\"", "host = \"127.0.0.1\"", Refused("not registered")),
        ("azure-devops", false, Loopback, "name = \"offline_access\"", "name = \"openid\"", NotRenewed),
        ("google", true, Loopback, "access_type = \"offline\", ", "", NotRenewed),
        ("google", true, Loopback, ", prompt = \"consent select_account\"", "", NotRenewed),
        (
            "google",
            true,
            Loopback,
            "googleapis.com/revoke\"",
            "googleapis.com/revoke\"\nform = \"bearer\"",
            NotEnded("revoke: "),
        ),
        ("slack", false, DeepLink, "scope_parameter = \"user_scope\"\n", "", Refused("scope is not wanted")),
        ("slack", false, DeepLink, "access = \"authed_user.access_token\"\n", "", Refused("")),
        ("discord", true, Loopback, "client_auth", "body = \"json\"\nclient_auth", Refused("wrong form")),
        ("notion", true, Loopback, "authorize_parameters = { owner = \"user\" }\n", "", Refused("owner=user")),
        ("notion", true, Loopback, "body = \"json\"\n", "", Refused("wrong form")),
        (
            "notion",
            true,
            Loopback,
            "token_headers = { Notion-Version = \"2022-06-28\" }\n",
            "",
            Refused("Notion-Version"),
        ),
        ("linear", true, Loopback, "method = \"POST\"\n", "", Refused("who: GET")),
        ("atlassian", true, Loopback, "audience = \"api.atlassian.com\", ", "", Refused("audience=api.atlassian.com")),
    ];
    for (id, secret, way, from, to, slip) in slips {
        let what = format!("{id}: {from} -> {to}");
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let server = FaultServer::start(rules(id), Arc::clone(&clock) as _).expect("a server");
        let right = definition(id, server.url());
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{what}: it is there");
        let (login, scopes, ending) = ("", &[][..], Ending::Grant);
        let case =
            Case { id, secret, way, subject: "7", login, name: None, email: None, scopes, repeats: false, ending };
        let bench = Bench::with(case, &wrong, clock, server).await;
        let connected = bench.connect(None).await;
        let complaints = bench.server.complaints().join("; ");
        match (slip, connected) {
            (Slip::Refused(words), Err(_)) => assert!(complaints.contains(words), "{what}: {complaints}"),
            (Slip::NotRenewed, Ok(account)) => assert!(!account.renews_itself, "{what}"),
            (Slip::NotEnded(words), Ok(account)) => {
                let receipt = bench.app.keeper.account_disconnect(account.id).await.expect("disconnects");
                assert!(!receipt.revoked, "{what}: {}", receipt.sentence);
                assert!(bench.truth().alive, "{what}");
                assert!(bench.server.complaints().join("; ").contains(words), "{what}");
            }
            (_, connected) => panic!("{what}: {connected:?} {complaints}"),
        }
    }
}
