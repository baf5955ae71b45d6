//! `drawbridge return`: the link that a browser opened at the end of a sign-in.

use crate::{Session, failure::Failure, reach, table, words};
use clap::Args;
use drawbridge_domain::SecretString;

#[derive(Debug, Args)]
pub(crate) struct Return {
    /// The whole link, or `-` for the first line of standard input
    link: String,
}

pub(crate) async fn run(session: &mut Session, returned: Return) -> Result<(), Failure> {
    let link = match returned.link.as_str() {
        "-" => session.secrets.read("link").await?,
        _ => SecretString::new(returned.link),
    };
    let sign_in = reach::keeper(session).await?.sign_in_return(&link).await?;
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
