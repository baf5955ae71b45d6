//! Forgejo: codeberg.org and servers of one's own. It grew out of Gitea and speaks its REST API, whose code is
//! used here; what it has beyond that is said in one line.
//!
//! Not here: that code.

use crate::gitea::Gitea;

/// What the catalogue lists.
pub static FORGE: Gitea = Gitea { ordered: true };

#[cfg(test)]
mod tests {
    use super::FORGE;
    use crate::{
        Forge, ForgeError, PageReply,
        host::{Host, answer},
    };

    const API: &str = "/api/v1";

    #[tokio::test]
    async fn the_listing_goes_by_id_and_what_changed_last_comes_first_if_asked_for() {
        let host = Host::start(API, vec![answer("/api/v1/user/repos", 200, &[], "[]")]).await;
        let newest = FORGE.newest_first(&[]);
        for key in [&FORGE.first_page(), &newest[0]] {
            let reply = FORGE.list_page(&host.api(), key, None).await.expect("a page");
            assert!(matches!(reply, PageReply::Page { .. }));
        }
        let lines: Vec<String> = host.asked().into_iter().map(|asked| asked.line).collect();
        let asked = |limit: u32, order: &str| format!("GET /api/v1/user/repos?limit={limit}&page=1&order_by={order}");
        assert_eq!(lines, [asked(50, "id"), asked(20, "recentupdate")]);
    }

    #[tokio::test]
    async fn a_server_that_knows_no_order_is_not_believed_to_have_one() {
        let row = |id: u32, at: &str| {
            let owner = serde_json::json!({ "login": "a" });
            serde_json::json!({ "id": id, "name": format!("r{id}"), "owner": owner, "updated_at": at })
        };
        let rows = serde_json::json!([row(1, "2026-01-01T00:00:00Z"), row(2, "2026-03-01T00:00:00Z")]);
        let host = Host::start(API, vec![answer("/api/v1/user/repos", 200, &[], &rows.to_string())]).await;
        let newest = FORGE.newest_first(&[]);
        let outcome = FORGE.list_page(&host.api(), &newest[0], None).await;
        assert!(matches!(outcome, Err(ForgeError::Malformed { .. })), "{outcome:?}");
        assert!(FORGE.list_page(&host.api(), &FORGE.first_page(), None).await.is_ok());
    }
}
