//! By which way the answer to a sign-in comes back: the one that was meant, or the next one where that
//! can't be used here; and a second one beside it where nothing came by the first.
//!
//! Not here: what is done with an answer (`sign_in_flow.rs`).

use crate::{
    Answer, Keeper, callbacks,
    clients::Target,
    dto::{SignIn, Tag},
    links::{self, Opener},
    open::Open,
    sign_ins::WAITING,
    words,
};
use drawbridge_domain::{SecretString, SignInId, SignInWay};
use drawbridge_oauth::{CallbackMark, Endpoints, loopback::Listener};
use drawbridge_store::{Attempt, ClientRow, SecondWay, SignInRow};
use std::sync::Arc;

/// What is tried instead, in this order: what needs no hand first.
const NEXT: [SignInWay; 4] = [SignInWay::DeepLink, SignInWay::Loopback, SignInWay::Device, SignInWay::Paste];

/// The way a sign-in comes back by.
pub(crate) struct WayBack {
    pub way: SignInWay,
    /// For [`SignInWay::Loopback`]: what waits there.
    pub listener: Option<Listener>,
    /// Why it is another one than was meant; empty if it is not.
    pub detour: String,
}

/// Why a way can't be used here.
pub(crate) enum Blocked {
    /// Another program opens our links.
    Links,
    /// No port of this computer can be had.
    Ports,
}

/// A page for the browser, and what its answer is checked against.
pub(crate) struct Authorisation {
    pub url: SecretString,
    pub state: SecretString,
    pub verifier: SecretString,
}

impl Keeper {
    /// The way that was meant, or the next one that the provider offers and that works here. Where none
    /// does, the reason is that of the way that was meant.
    pub(crate) async fn way_back(
        &self,
        target: &Target,
        mark: Option<&CallbackMark>,
        meant: SignInWay,
        has_device: bool,
    ) -> Result<WayBack, drawbridge_oauth::Error> {
        let mut why = None;
        let ways = target.provider.definition.ways();
        let others = NEXT.into_iter().filter(|way| *way != meant && ways.contains(way));
        for way in std::iter::once(meant).chain(others) {
            let mut listener = None;
            match way {
                SignInWay::DeepLink => {
                    if links::opener(&self.parts.links).await == Opener::Other {
                        why.get_or_insert((Blocked::Links, None));
                        continue;
                    }
                }
                SignInWay::Loopback => match Listener::bind_as(&target.provider.loopback().marked(mark)).await {
                    Ok(bound) => listener = Some(bound),
                    Err(error) => {
                        why.get_or_insert((Blocked::Ports, Some(error)));
                        continue;
                    }
                },
                SignInWay::Device if !has_device => continue,
                SignInWay::Device | SignInWay::Paste => {}
            }
            let detour = why.map(|(why, _)| words::detour(&why, way, target.host.label())).unwrap_or_default();
            return Ok(WayBack { way, listener, detour });
        }
        match why {
            Some((Blocked::Ports, Some(error))) => Err(error),
            // Nothing else is offered: the address of the page the browser ends on can still be pasted.
            _ => Ok(WayBack { way: meant, listener: None, detour: words::only_by_hand().to_owned() }),
        }
    }

    /// The page for the browser whose answer comes back to `redirect_uri`.
    pub(crate) fn authorisation(
        &self,
        target: &Target,
        endpoints: &Endpoints,
        client: &ClientRow,
        redirect_uri: &str,
        scopes: &[&str],
    ) -> Answer<Authorisation> {
        let parameters = target.provider.definition.oauth.as_ref().map(|oauth| &oauth.authorize_parameters);
        let extra: Vec<(&str, &str)> =
            parameters.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let random = &*self.parts.random;
        let request = drawbridge_oauth::authorize(endpoints, &client.client_id, redirect_uri, scopes, &extra, random);
        let request = request.map_err(|error| words::oauth(&error, target.host.label()))?;
        let url = SecretString::from(request.url.expose().to_string());
        Ok(Authorisation { url, state: request.state, verifier: request.verifier })
    }

    /// Opens a port of this computer as a second way back of a sign-in that waits for a link, where the
    /// provider takes that. The first way stays good. Changes nothing where there is a port already.
    pub async fn sign_in_listen_too(self: &Arc<Self>, id: SignInId) -> Answer<SignIn> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let row = session.sign_ins().await.map_err(words::store)?.into_iter().find(|row| row.id == id);
        let attempt = session.attempt(&id).await.map_err(words::store)?;
        drop(session);
        if let (Some(row), Some(attempt)) = (row, attempt)
            && row.state == WAITING
            && row.way == SignInWay::DeepLink
            && attempt.second.is_none()
            && let Some(listener) = self.open_second(&open, &row, attempt).await?
        {
            self.wait_at(&open, &row, listener);
            self.changed(&[Tag::SignIns]);
        }
        self.sign_in_show(id).await
    }

    async fn open_second(&self, open: &Open, row: &SignInRow, attempt: Attempt) -> Answer<Option<Listener>> {
        let mut case = self.case(open, row.clone(), attempt).await?;
        let Some(endpoints) = case.endpoints() else { return Ok(None) };
        if !case.target.provider.definition.ways().contains(&SignInWay::Loopback) {
            return Ok(None);
        }
        let mark = callbacks::mark_of(&mut open.store.read().await.map_err(words::store)?, &case.client.id).await?;
        let shape = case.target.provider.loopback().marked(mark.as_ref());
        let Ok(listener) = Listener::bind_as(&shape).await else { return Ok(None) };
        let scopes: Vec<&str> = case.row.asked_scopes.iter().map(String::as_str).collect();
        let redirect_uri = listener.redirect_uri();
        let page = self.authorisation(&case.target, &endpoints, &case.client, &redirect_uri, &scopes)?;
        let Authorisation { url, state, verifier } = page;
        listener.answers_to(state.clone());
        case.attempt.second = Some(SecondWay { url, state, verifier, redirect_uri });
        let mut write = open.store.write().await.map_err(words::store)?;
        let kept = write.change_attempt(&row.id, WAITING, &case.attempt).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        Ok(Some(listener).filter(|_| kept))
    }
}
