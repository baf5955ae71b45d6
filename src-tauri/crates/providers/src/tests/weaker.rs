//! Where definitions differ from what the protocol wishes of a native program, by name: a list here
//! only changes together with a reason in the definition.

use crate::{Definition, FILES, Pkce, definition::OAuth};
use drawbridge_domain::SignInWay;

fn all() -> impl Iterator<Item = (&'static str, &'static str, Definition, OAuth)> {
    FILES.iter().filter_map(|(id, text)| {
        let definition = Definition::parse(text).expect("sound");
        let oauth = definition.oauth.clone()?;
        Some((*id, *text, definition, oauth))
    })
}

fn that(differ: impl Fn(&OAuth) -> bool) -> Vec<&'static str> {
    let mut ids: Vec<_> = all().filter(|(.., oauth)| differ(oauth)).map(|(id, ..)| id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn pkce_is_left_out_at_these_alone_and_each_says_since_when_and_from_where() {
    assert_eq!(that(|oauth| oauth.pkce == Pkce::Refused), ["linkedin", "pipedrive", "stripe", "typeform"]);
    for (id, text, definition, _) in all().filter(|(.., oauth)| oauth.pkce == Pkce::Refused) {
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| *line == "pkce = \"refused\"").expect("as it is written everywhere");
        let why = lines[at - 1];
        assert!(why.starts_with("# ") && why.len() > 40, "{id}: it says where that is known from: {why:?}");
        assert!(!definition.sources.is_empty() && definition.checked.starts_with("20"), "{id}: {}", definition.checked);
        // Without a proof of possession the client's secret alone ties a code to us.
        let secret = definition.oauth.is_some_and(|oauth| {
            oauth.client_auth.iter().all(|method| *method != crate::definition::ClientAuthMethod::None)
        });
        assert!(secret, "{id}: no public client without PKCE (RFC 9700 §2.1.1)");
    }
}

#[test]
fn the_loopback_address_is_digits_but_for_these_that_insist_on_the_name() {
    let by_name = that(|oauth| oauth.ways.contains(&SignInWay::Loopback) && oauth.loopback.host != "127.0.0.1");
    assert_eq!(by_name, ["azure-devops", "github-enterprise", "microsoft"]);
}

#[test]
fn the_system_chooses_the_port_but_for_these_that_compare_it() {
    let fixed = that(|oauth| !oauth.loopback.ports.is_empty());
    let expected = ["airtable", "atlassian", "bitbucket-cloud", "discord", "linear", "notion", "railway", "xero"];
    assert_eq!(fixed, expected);
    for (id, text, _, oauth) in all().filter(|(.., oauth)| !oauth.loopback.ports.is_empty()) {
        assert!(oauth.loopback.ports.iter().all(|port| *port >= 1024), "{id}: ports that anybody may open");
        let line = text.lines().position(|line| line.starts_with("ports = ")).expect("as it is written everywhere");
        assert!(text.lines().nth(line - 1).is_some_and(|why| why.starts_with("# ")), "{id} says why");
    }
}

#[test]
fn every_installation_has_an_address_of_its_own() {
    assert_eq!(that(|oauth| oauth.loopback.path.is_some()), [""; 0], "nobody has to share a path (adr/0013)");
}

#[test]
fn the_person_chooses_the_account_where_that_can_be_asked_for() {
    // As the providers document it; the others have no such parameter, or only ask for consent again.
    let choosers = ["azure-devops", "github", "github-app", "google", "microsoft"];
    let asks = |oauth: &OAuth| {
        let prompt = oauth.authorize_parameters.get("prompt");
        prompt.is_some_and(|prompt| prompt.split(' ').any(|word| word == "select_account"))
    };
    assert_eq!(that(asks), choosers, "whoever sits there may be signed in as somebody else");
}
