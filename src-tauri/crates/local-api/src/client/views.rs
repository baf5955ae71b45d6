//! Calls about lists that a person keeps under a name.
//!
//! Not here: how a call travels.

use super::{Answer, Call, Client, written::object};
use drawbridge_domain::ViewId;
use drawbridge_keeper::dto::{List, RenameView, SaveView, SavedView};
use http::Method;

impl Client {
    /// The views, by name.
    pub async fn view_list(&self) -> Answer<List<SavedView>> {
        self.read(Call::get("/v1/views")).await
    }

    /// Keeps a list under a name.
    pub async fn view_save(&self, request: &SaveView) -> Answer<SavedView> {
        let SaveView { name, query, sort, reverse, columns, replace } = request;
        let body = object(|body| {
            body.field("name", name);
            body.field("query", query);
            body.field("sort", sort);
            body.field("reverse", reverse);
            body.field("columns", columns);
            body.field("replace", replace);
        });
        self.read(Call::post("/v1/views").body(body)).await
    }

    /// Calls a view something else.
    pub async fn view_rename(&self, id: &ViewId, request: &RenameView) -> Answer<SavedView> {
        let body = object(|body| body.field("name", &request.name));
        self.read(Call::new(Method::PUT, format!("/v1/views/{id}/name")).body(body)).await
    }

    /// Removes a view.
    pub async fn view_remove(&self, id: &ViewId) -> Answer<SavedView> {
        self.read(Call::delete(format!("/v1/views/{id}"))).await
    }
}
