//! Lists of repositories that a person keeps under a name.
//!
//! Not here: what a query finds; a view is asked like anything else that is typed.

use crate::{
    Answer, Keeper,
    dto::{List, RenameView, RepositoryColumn, RepositorySort, SaveView, SavedView, Tag},
    words,
};
use drawbridge_domain::ViewId;
use drawbridge_store::ViewRow;
use serde::{Serialize, de::DeserializeOwned};

const VIEWS_MOST: usize = 100;
const NAME_MOST: usize = 60;
const QUERY_MOST: usize = 2_000;

impl Keeper {
    /// The views, by name.
    pub async fn view_list(&self) -> Answer<List<SavedView>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.views().await.map_err(words::store)?;
        Ok(List::whole(rows.into_iter().map(view).collect()))
    }

    /// Keeps a list under a name. One that is called so already is only replaced if that was said.
    pub async fn view_save(&self, request: SaveView) -> Answer<SavedView> {
        let open = self.opened().await?;
        let name = checked(&request.name)?;
        if request.query.chars().count() > QUERY_MOST {
            return Err(words::invalid("That search is too long to keep.", "Leave some of it out."));
        }
        let mut columns = request.columns;
        let mut seen = Vec::new();
        columns.retain(|column| !seen.contains(column) && (seen.push(*column), true).1);
        let mut write = open.store.write().await.map_err(words::store)?;
        let views = write.views().await.map_err(words::store)?;
        let before = views.iter().find(|view| same(&view.name, &name));
        if before.is_some() && !request.replace {
            return Err(words::view_taken(&name));
        }
        if before.is_none() && views.len() >= VIEWS_MOST {
            return Err(words::invalid("There are a hundred views already.", "Remove one first."));
        }
        let row = ViewRow {
            id: before.map_or_else(|| ViewId::random(&*self.parts.random), |view| view.id.clone()),
            name,
            query: request.query.trim().to_owned(),
            sort: word(&request.sort),
            reversed: request.reverse,
            columns: columns.iter().map(word).collect(),
            saved_at: self.parts.clock.now(),
        };
        write.put_view(&row).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Views]);
        Ok(view(row))
    }

    /// Calls a view something else.
    pub async fn view_rename(&self, id: ViewId, request: RenameView) -> Answer<SavedView> {
        let open = self.opened().await?;
        let name = checked(&request.name)?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let views = write.views().await.map_err(words::store)?;
        if views.iter().any(|view| view.id != id && same(&view.name, &name)) {
            return Err(words::view_taken(&name));
        }
        let row = views.into_iter().find(|view| view.id == id).ok_or_else(|| words::not_found("view with that id"))?;
        let row = ViewRow { name, ..row };
        write.put_view(&row).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Views]);
        Ok(view(row))
    }

    /// Removes a view, and says what it was: saving that again brings it back.
    pub async fn view_remove(&self, id: ViewId) -> Answer<SavedView> {
        let open = self.opened().await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let views = write.views().await.map_err(words::store)?;
        let row = views.into_iter().find(|view| view.id == id).ok_or_else(|| words::not_found("view with that id"))?;
        write.remove_view(&id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Views]);
        Ok(view(row))
    }
}

/// A name as it is kept.
fn checked(name: &str) -> Answer<String> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= NAME_MOST && !name.contains(char::is_control);
    fits.then(|| name.to_owned())
        .ok_or_else(|| words::invalid("A view's name has 1 to 60 letters on one line.", "Choose another one."))
}

/// As the database compares names: without regard to the case of plain letters.
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// A stored view. What a newer program put in it and this one does not know is left out.
fn view(row: ViewRow) -> SavedView {
    SavedView {
        id: row.id,
        name: row.name,
        query: row.query,
        sort: known::<RepositorySort>(&row.sort).unwrap_or_default(),
        reverse: row.reversed,
        columns: row.columns.iter().filter_map(|column| known::<RepositoryColumn>(column)).collect(),
        saved_at: row.saved_at,
    }
}

/// A word of the dtos as text.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn known<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}
