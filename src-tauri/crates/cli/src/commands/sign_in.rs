//! `drawbridge return`: the link that a browser opened at the end of a sign-in.

use crate::{Session, failure::Failure, reach, table, words};
use clap::Args;
use drawbridge_domain::{SecretString, SignInId};

#[derive(Debug, Args)]
pub(crate) struct Return {
    /// The whole link, or `-` for the first line of standard input
    link: String,
    /// The sign-in that a pasted code belongs to, as `connect --via paste` names it
    #[arg(long, value_name = "ID", value_parser = sign_in_id)]
    sign_in: Option<SignInId>,
}

fn sign_in_id(text: &str) -> Result<SignInId, String> {
    text.parse().map_err(|_| "that is no id of a sign-in; `connect --via paste` says it".to_owned())
}

pub(crate) async fn run(session: &mut Session, returned: Return) -> Result<(), Failure> {
    let link = match returned.link.as_str() {
        "-" => session.secrets.read("link").await?,
        _ => SecretString::new(returned.link.clone()),
    };
    let keeper = reach::keeper(session).await?;
    let sign_in = match &returned.sign_in {
        Some(id) => keeper.sign_in_paste(id, &link).await?,
        None => keeper.sign_in_return(&link).await?,
    };
    if session.output.json() {
        session.output.object(&sign_in)?;
    } else if let Some(account) = &sign_in.account {
        table::facts(
            &mut session.output,
            &[
                ("Connected", account.login.clone()),
                ("Host", sign_in.host_label.clone()),
                ("Came back by", words::way(sign_in.way).to_owned()),
            ],
        )?;
    }
    super::connect::outcome(sign_in).map(drop)
}
