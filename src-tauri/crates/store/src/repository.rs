//! Table `repository`: the inventory, keyed by the forge's stable id, so that a rename is a rename.

use crate::{
    ChangeKind, Error, Result, Session, Shown, Write, from_json, reach, repository_change::Seen, sql, to_json,
};
use drawbridge_domain::{AccountId, ForgeRepository, HostId, Permission, RepositoryId, Timestamp, Visibility};
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, sqlite::SqliteRow};
use std::collections::HashMap;

/// One repository with everything stored about it. Its `permission` is the strongest of any account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryRow {
    /// Ours.
    pub id: RepositoryId,
    /// At which host.
    pub host: HostId,
    /// What the forge says.
    pub forge: ForgeRepository,
    /// When it was first listed here.
    pub first_listed_at: Timestamp,
    /// The full name before the last rename.
    pub renamed_from: Option<String>,
    /// The accounts that reach it, strongest first.
    pub accounts: Vec<AccountId>,
    /// Set if no account's listing shows it any more: since when.
    pub missing_since: Option<Timestamp>,
}

/// What the search index needs of one repository.
#[derive(Debug, Clone)]
pub struct SearchRow {
    /// Ours.
    pub id: RepositoryId,
    /// At which host.
    pub host: HostId,
    /// Owner.
    pub owner: String,
    /// Name.
    pub name: String,
    /// One line about it.
    pub description: Option<String>,
    /// Main language.
    pub language: Option<String>,
    /// Topics.
    pub topics: Vec<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Read-only.
    pub archived: bool,
    /// Made from another one.
    pub fork: bool,
    /// Offered as a template.
    pub template: bool,
    /// The strongest of any account.
    pub permission: Permission,
    /// Last push.
    pub pushed_at: Option<Timestamp>,
    /// Creation.
    pub created_at: Option<Timestamp>,
    /// Size.
    pub size_kib: u32,
    /// The accounts that reach it.
    pub accounts: Vec<AccountId>,
}

/// What writing a listing did, with up to three names of each kind for a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Put {
    /// Listed for the first time, or again after having been gone.
    pub added: u32,
    /// With a difference, renames included.
    pub changed: u32,
    /// With another name than before.
    pub renamed: u32,
    /// Full names of added ones.
    pub added_names: Vec<String>,
    /// Full names of changed ones.
    pub changed_names: Vec<String>,
    /// Old and new full names of renamed ones.
    pub renames: Vec<(String, String)>,
}

impl Put {
    /// What two of them did, one after the other.
    #[must_use]
    pub fn and(mut self, mut later: Self) -> Self {
        self.added = self.added.saturating_add(later.added);
        self.changed = self.changed.saturating_add(later.changed);
        self.renamed = self.renamed.saturating_add(later.renamed);
        self.added_names.append(&mut later.added_names);
        self.changed_names.append(&mut later.changed_names);
        self.renames.append(&mut later.renames);
        self.added_names.truncate(EXAMPLES);
        self.changed_names.truncate(EXAMPLES);
        self.renames.truncate(EXAMPLES);
        self
    }
}

const EXAMPLES: usize = 3;
/// How many rows one statement adds. More gains nothing.
const INSERTS_AT_ONCE: usize = 40;

fn visibility_number(visibility: Visibility) -> i64 {
    match visibility {
        Visibility::Public => 0,
        Visibility::Internal => 1,
        Visibility::Private => 2,
    }
}

/// Anything unknown is shown as private: never wider than it is.
fn visibility_from(number: i64) -> Visibility {
    match number {
        0 => Visibility::Public,
        1 => Visibility::Internal,
        _ => Visibility::Private,
    }
}

/// A digest of all that the row stores; the permission belongs to the reach and is not part of it.
fn digest(repository: &ForgeRepository) -> Vec<u8> {
    let text = to_json(&(
        (&repository.owner, &repository.name, visibility_number(repository.visibility)),
        (repository.archived, repository.fork, repository.template),
        (&repository.default_branch, &repository.description, &repository.language, &repository.topics),
        (&repository.licence, repository.size_kib, &repository.clone_url, &repository.ssh_url, &repository.web_url),
        (repository.created_at, repository.updated_at, repository.pushed_at),
    ));
    Sha256::digest(text)[..16].to_vec()
}

/// How a part of a listing differs from what is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differing {
    /// The forge's ids of those that the account did not reach, or by something else than its listing.
    pub new: Vec<String>,
    /// Whether any of the others is not as it was.
    pub changed: bool,
}

struct Known {
    id: i64,
    digest: Vec<u8>,
    owner: String,
    name: String,
    visibility: i64,
    archived: bool,
    pushed_at: Option<i64>,
    default_branch: Option<String>,
}

impl Known {
    fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// What is worth remembering of the difference to what the forge shows now.
    fn changes(&self, now: &ForgeRepository) -> impl Iterator<Item = Seen> {
        let time = |at: Option<i64>| at.map(|at| Timestamp::from_millis(at).to_string()).unwrap_or_default();
        let visibility = visibility_number(now.visibility);
        let pushed = now.pushed_at.map(Timestamp::as_millis);
        let pairs = [
            (ChangeKind::Renamed, self.full_name(), now.full_name()),
            (ChangeKind::Archived, self.archived.to_string(), now.archived.to_string()),
            (ChangeKind::Visibility, visibility_word(self.visibility), visibility_word(visibility)),
            (
                ChangeKind::Branch,
                self.default_branch.clone().unwrap_or_default(),
                now.default_branch.clone().unwrap_or_default(),
            ),
            (ChangeKind::Pushed, time(self.pushed_at), time(pushed)),
        ];
        let id = self.id;
        let differing = pairs.into_iter().filter(|(_, before, after)| before != after);
        differing.map(move |(kind, before, after)| Seen { repository: id, kind, before, after })
    }
}

fn visibility_word(number: i64) -> String {
    match visibility_from(number) {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
        Visibility::Private => "private",
    }
    .to_owned()
}

/// The columns of a list row; the accounts come as a JSON array, strongest first.
const COLUMNS: &str = "p.*, (SELECT json_group_array(account_id) FROM
       (SELECT r.account_id FROM reach r JOIN account a ON a.id = r.account_id
        WHERE r.repository_id = p.id AND r.gone_at IS NULL ORDER BY r.permission DESC, a.connected_at, a.id)) AS accounts,
     (SELECT max(permission) FROM reach r WHERE r.repository_id = p.id AND r.gone_at IS NULL) AS permission,
     (SELECT CASE count(r.missing_since) WHEN count(*) THEN max(r.missing_since) END
        FROM reach r WHERE r.repository_id = p.id AND r.gone_at IS NULL) AS missing_since";

fn time(row: &SqliteRow, name: &str) -> Option<Timestamp> {
    row.get::<Option<i64>, _>(name).map(Timestamp::from_millis)
}

fn read(row: &SqliteRow) -> Result<RepositoryRow> {
    Ok(RepositoryRow {
        id: RepositoryId(row.get("id")),
        host: crate::from_text(row.get("host_id"), "a repository's host")?,
        forge: ForgeRepository {
            forge_id: row.get("forge_id"),
            owner: row.get("owner"),
            name: row.get("name"),
            visibility: visibility_from(row.get("visibility")),
            archived: row.get("archived"),
            fork: row.get("fork"),
            template: row.get("template"),
            default_branch: row.get("default_branch"),
            description: row.get("description"),
            language: row.get("language"),
            topics: from_json(row.get("topics"), "a repository's topics")?,
            licence: row.get("licence"),
            size_kib: row.get("size_kib"),
            clone_url: row.get("clone_url"),
            ssh_url: row.get("ssh_url"),
            web_url: row.get("web_url"),
            created_at: time(row, "created_at"),
            updated_at: time(row, "updated_at"),
            pushed_at: time(row, "pushed_at"),
            permission: reach::from_number(row.get::<Option<i64>, _>("permission").unwrap_or(0)),
        },
        first_listed_at: Timestamp::from_millis(row.get("first_listed_at")),
        renamed_from: row.get("renamed_from"),
        accounts: from_json(row.get("accounts"), "a repository's accounts")?,
        missing_since: time(row, "missing_since"),
    })
}

impl Session {
    /// The rows with these ids, in the order of the ids; ids that are no more are left out.
    pub async fn repositories(&mut self, ids: &[RepositoryId]) -> Result<Vec<RepositoryRow>> {
        let text = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM json_each(?1) wanted JOIN repository p ON p.id = wanted.value ORDER BY wanted.key"
        ));
        let rows = sqlx::query(text).bind(to_json(&ids)).fetch_all(self.sql()).await;
        rows.map_err(sql("reading repositories"))?.iter().map(read).collect()
    }

    /// The repositories some account reaches under a full name, compared without case.
    pub async fn repositories_named(&mut self, owner: &str, name: &str) -> Result<Vec<RepositoryRow>> {
        let text = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM repository p WHERE p.owner = ?1 COLLATE NOCASE AND p.name = ?2 COLLATE NOCASE
             AND EXISTS (SELECT 1 FROM reach r WHERE r.repository_id = p.id AND r.gone_at IS NULL) ORDER BY p.id"
        ));
        let rows = sqlx::query(text).bind(owner).bind(name).fetch_all(self.sql()).await;
        rows.map_err(sql("finding a repository"))?.iter().map(read).collect()
    }

    /// Which of these ids of a host some account reaches, with ours.
    pub async fn repositories_known(
        &mut self,
        host: &HostId,
        forge_ids: &[&str],
    ) -> Result<HashMap<String, RepositoryId>> {
        let rows = sqlx::query(
            "SELECT p.forge_id, p.id FROM json_each(?2) j CROSS JOIN repository p ON p.host_id = ?1 AND p.forge_id = j.value
             WHERE EXISTS (SELECT 1 FROM reach r WHERE r.repository_id = p.id AND r.gone_at IS NULL)",
        )
        .bind(host.as_str())
        .bind(to_json(&forge_ids))
        .fetch_all(self.sql())
        .await
        .map_err(sql("finding repositories by their hosts' ids"))?;
        Ok(rows.iter().map(|row| (row.get("forge_id"), RepositoryId(row.get("id")))).collect())
    }

    /// Everything the search index needs, for all repositories that some account reaches.
    /// `each` is called per row, so that the whole inventory never lies in memory twice.
    pub async fn search_rows(&mut self, mut each: impl FnMut(SearchRow)) -> Result<()> {
        use futures::StreamExt as _;
        let text =
            "SELECT p.id, p.host_id, p.owner, p.name, p.description, p.language, p.topics, p.visibility, p.archived, p.fork,
                    p.template, p.pushed_at, p.created_at, p.size_kib, group_concat(r.account_id) AS accounts,
                    max(r.permission) AS permission
             FROM repository p JOIN reach r ON r.repository_id = p.id AND r.gone_at IS NULL GROUP BY p.id";
        let mut rows = sqlx::query(text).fetch(self.sql());
        while let Some(row) = rows.next().await {
            let row = row.map_err(sql("reading the inventory"))?;
            let topics: &str = row.get("topics");
            let accounts: &str = row.get("accounts");
            each(SearchRow {
                id: RepositoryId(row.get("id")),
                host: crate::from_text(row.get("host_id"), "a repository's host")?,
                owner: row.get("owner"),
                name: row.get("name"),
                description: row.get("description"),
                language: row.get("language"),
                topics: if topics == "[]" { Vec::new() } else { from_json(topics, "a repository's topics")? },
                visibility: visibility_from(row.get("visibility")),
                archived: row.get("archived"),
                fork: row.get("fork"),
                template: row.get("template"),
                permission: reach::from_number(row.get("permission")),
                pushed_at: time(&row, "pushed_at"),
                created_at: time(&row, "created_at"),
                size_kib: row.get("size_kib"),
                accounts: accounts.split(',').filter_map(|id| id.parse().ok()).collect(),
            });
        }
        drop(rows);
        // The whole inventory went through what this connection keeps of pages, and is not read again soon.
        sqlx::query("PRAGMA shrink_memory").execute(self.sql()).await.map_err(sql("giving memory back"))?;
        Ok(())
    }

    /// How many repositories some account reaches.
    pub async fn repository_count(&mut self) -> Result<u32> {
        let row = sqlx::query("SELECT count(DISTINCT repository_id) FROM reach WHERE gone_at IS NULL")
            .fetch_one(self.sql())
            .await
            .map_err(sql("counting repositories"))?;
        Ok(row.get(0))
    }

    /// Which of these an account's listing did not show just as they are: the ids that are new to it, and
    /// those with a difference.
    pub async fn differing(
        &mut self,
        host: &HostId,
        account: &AccountId,
        listed: &[ForgeRepository],
    ) -> Result<Differing> {
        let ids: Vec<&str> = listed.iter().map(|repository| repository.forge_id.as_str()).collect();
        let rows = sqlx::query(
            "SELECT p.forge_id, p.digest, r.permission, r.unseen FROM json_each(?3) j
             CROSS JOIN repository p ON p.host_id = ?1 AND p.forge_id = j.value
             JOIN reach r ON r.repository_id = p.id AND r.account_id = ?2 AND r.gone_at IS NULL
               AND r.missing_since IS NULL AND r.named_at IS NULL",
        )
        .bind(host.as_str())
        .bind(account.as_str())
        .bind(to_json(&ids))
        .fetch_all(self.sql())
        .await
        .map_err(sql("comparing repositories"))?;
        let known: HashMap<String, (Vec<u8>, i64, bool)> =
            rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3)))).collect();
        let mut differing = Differing::default();
        for repository in listed {
            match known.get(&repository.forge_id) {
                None => differing.new.push(repository.forge_id.clone()),
                Some((before, may, unseen)) => {
                    let same =
                        !unseen && *before == digest(repository) && *may == reach::to_number(repository.permission);
                    differing.changed |= !same;
                }
            }
        }
        Ok(differing)
    }

    /// What is stored of those that are listed, by the forge's ids. Here and wherever ids are joined, `CROSS JOIN`
    /// says what SQLite can't know: they are few, and come first.
    async fn known(&mut self, host: &HostId, listed: &[&str]) -> Result<HashMap<String, Known>> {
        let rows = sqlx::query(
            "SELECT p.id, forge_id, digest, owner, name, visibility, archived, pushed_at, default_branch
             FROM json_each(?2) j CROSS JOIN repository p ON p.host_id = ?1 AND p.forge_id = j.value",
        )
        .bind(host.as_str())
        .bind(to_json(&listed))
        .fetch_all(self.sql())
        .await
        .map_err(sql("reading known repositories"))?;
        Ok(rows
            .iter()
            .map(|row| {
                let known = Known {
                    id: row.get("id"),
                    digest: row.get("digest"),
                    owner: row.get("owner"),
                    name: row.get("name"),
                    visibility: row.get("visibility"),
                    archived: row.get("archived"),
                    pushed_at: row.get("pushed_at"),
                    default_branch: row.get("default_branch"),
                };
                (row.get("forge_id"), known)
            })
            .collect())
    }
}

impl Write {
    /// Writes what an account was shown: new rows, rows with a difference, and the account's reach. Rows of a
    /// listing without a difference cost no write.
    pub async fn put_repositories(
        &mut self,
        host: &HostId,
        account: &AccountId,
        listed: &[ForgeRepository],
        shown: Shown,
        now: Timestamp,
    ) -> Result<Put> {
        let ids: Vec<&str> = listed.iter().map(|repository| repository.forge_id.as_str()).collect();
        let known = self.known(host, &ids).await?;
        let reach = self.known_reach(host, account, &ids).await?;
        let fresh: Vec<&ForgeRepository> =
            listed.iter().filter(|repository| !known.contains_key(&repository.forge_id)).collect();
        let inserted = self.insert_repositories(host, &fresh, now).await?;
        let (mut reached, mut changes, mut rewritten) = (Vec::new(), Vec::new(), Vec::new());
        let mut put = Put::default();
        for repository in listed {
            let digest = digest(repository);
            let before = known.get(&repository.forge_id);
            let (id, mut different) = match before {
                Some(before) if before.digest == digest => (before.id, false),
                Some(before) => {
                    let old_name = before.full_name();
                    changes.extend(before.changes(repository));
                    let renamed = old_name != repository.full_name();
                    if renamed {
                        put.renamed += 1;
                        if put.renames.len() < EXAMPLES {
                            put.renames.push((old_name.clone(), repository.full_name()));
                        }
                    }
                    self.update_repository(before.id, repository, &digest, renamed.then_some(old_name.as_str()))
                        .await?;
                    rewritten.push(before.id);
                    (before.id, true)
                }
                None => {
                    let id = inserted.get(&repository.forge_id);
                    (*id.ok_or(Error::Damaged { what: "a repository just written" })?, false)
                }
            };
            let permission = reach::to_number(repository.permission);
            let added = match reach.get(&id) {
                Some(before) if shown == Shown::Listed && before.is_as_listed(permission) => false,
                Some(before) => {
                    reached.push((id, permission));
                    different |= !before.gone && (before.missing || before.permission != permission);
                    before.gone
                }
                None => {
                    reached.push((id, permission));
                    true
                }
            };
            if added {
                put.added += 1;
                if put.added_names.len() < EXAMPLES {
                    put.added_names.push(repository.full_name());
                }
            } else if different {
                put.changed += 1;
                if put.changed_names.len() < EXAMPLES {
                    put.changed_names.push(repository.full_name());
                }
            }
        }
        self.put_reach(account, &reached, shown, now).await?;
        self.put_unseen(account, &rewritten).await?;
        self.note_changes(&changes, now).await?;
        if put.added + put.changed > 0 {
            self.inventory_changed().await?;
        }
        Ok(put)
    }

    /// Adds rows, many with one statement: each statement is a trip to the database's thread and
    /// back. Returns their ids by the forge's.
    async fn insert_repositories(
        &mut self,
        host: &HostId,
        fresh: &[&ForgeRepository],
        now: Timestamp,
    ) -> Result<HashMap<String, i64>> {
        let mut ids = HashMap::with_capacity(fresh.len());
        for some in fresh.chunks(INSERTS_AT_ONCE) {
            let mut query = sqlx::QueryBuilder::new(
                "INSERT INTO repository (owner, name, visibility, archived, fork, template, default_branch,
                     description, language, topics, licence, size_kib, clone_url, ssh_url, web_url, created_at,
                     updated_at, pushed_at, digest, host_id, forge_id, first_listed_at) ",
            );
            query.push_values(some, |mut row, repository| {
                row.push_bind(&repository.owner)
                    .push_bind(&repository.name)
                    .push_bind(visibility_number(repository.visibility))
                    .push_bind(repository.archived)
                    .push_bind(repository.fork)
                    .push_bind(repository.template)
                    .push_bind(&repository.default_branch)
                    .push_bind(&repository.description)
                    .push_bind(&repository.language)
                    .push_bind(to_json(&repository.topics))
                    .push_bind(&repository.licence)
                    .push_bind(repository.size_kib)
                    .push_bind(&repository.clone_url)
                    .push_bind(&repository.ssh_url)
                    .push_bind(&repository.web_url)
                    .push_bind(repository.created_at.map(Timestamp::as_millis))
                    .push_bind(repository.updated_at.map(Timestamp::as_millis))
                    .push_bind(repository.pushed_at.map(Timestamp::as_millis))
                    .push_bind(digest(repository))
                    .push_bind(host.as_str())
                    .push_bind(&repository.forge_id)
                    .push_bind(now.as_millis());
            });
            query.push(" RETURNING forge_id, id");
            let rows = query.build().fetch_all(self.sql()).await.map_err(sql("writing repositories"))?;
            ids.extend(rows.iter().map(|row| (row.get::<String, _>(0), row.get::<i64, _>(1))));
        }
        Ok(ids)
    }

    async fn update_repository(
        &mut self,
        id: i64,
        repository: &ForgeRepository,
        digest: &[u8],
        renamed_from: Option<&str>,
    ) -> Result<()> {
        sqlx::query(
            "UPDATE repository SET owner = ?1, name = ?2, visibility = ?3, archived = ?4, fork = ?5, template = ?6,
                 default_branch = ?7, description = ?8, language = ?9, topics = ?10, licence = ?11, size_kib = ?12,
                 clone_url = ?13, ssh_url = ?14, web_url = ?15, created_at = ?16, updated_at = ?17, pushed_at = ?18,
                 digest = ?19, renamed_from = coalesce(?20, renamed_from) WHERE id = ?21",
        )
        .bind(&repository.owner)
        .bind(&repository.name)
        .bind(visibility_number(repository.visibility))
        .bind(repository.archived)
        .bind(repository.fork)
        .bind(repository.template)
        .bind(&repository.default_branch)
        .bind(&repository.description)
        .bind(&repository.language)
        .bind(to_json(&repository.topics))
        .bind(&repository.licence)
        .bind(repository.size_kib)
        .bind(&repository.clone_url)
        .bind(&repository.ssh_url)
        .bind(&repository.web_url)
        .bind(repository.created_at.map(Timestamp::as_millis))
        .bind(repository.updated_at.map(Timestamp::as_millis))
        .bind(repository.pushed_at.map(Timestamp::as_millis))
        .bind(digest)
        .bind(renamed_from)
        .bind(id)
        .execute(self.sql())
        .await
        .map_err(sql("writing a repository"))?;
        Ok(())
    }
}
