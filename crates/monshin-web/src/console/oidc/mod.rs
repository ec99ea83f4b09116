//! Signing in with an account of one's organisation: OpenID Connect, by code with PKCE (RFC 7636).
//!
//! The provider says who somebody is; who may come in, and as what, is said by the list of operators here.

mod fetch;
mod token;

use axum::http::{HeaderMap, HeaderValue, Uri};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use self::fetch::{Client, Failure, is_allowed};
use self::token::{Bad, Expected, check};
use super::credential::normal_name;
use super::session;
use crate::app::{App, draw, rng};
use crate::oidc::{Claim, Settings};
use crate::session::{from_hex, hex};

const MINUTE: i64 = 60 * 1_000_000;
/// How long somebody may be away at the provider's.
const AWAY: i64 = 10 * MINUTE;
/// How long what the provider says of itself is kept.
const KEPT: i64 = 60 * MINUTE;
/// Keys are asked for again at most so often.
const KEYS_AGAIN: i64 = MINUTE;
const PURPOSE: &str = "console oidc";
const COOKIE: &str = "oidc";
/// Where the provider sends people back to.
pub const CALLBACK: &str = "/console/oidc/callback";

/// The provider, and what it has said of itself.
pub(crate) struct Oidc {
    settings: Settings,
    client: Client,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    at: i64,
    authorization: String,
    token: String,
    keys_at: String,
    keys: Value,
    keys_since: i64,
    /// Whether it takes the client's secret in a header; else in the form.
    takes_basic: bool,
}

/// Somebody who is at the provider's.
struct Away {
    state: String,
    nonce: String,
    verifier: String,
    at: i64,
    /// Whether they have to prove themselves anew.
    again: bool,
    lang: &'static str,
    /// The session that the browser holds: on the way back from another site it will not send it.
    held: Option<[u8; 32]>,
}

/// Who came back.
pub struct Back {
    /// The name of the operator.
    pub name: String,
    pub lang: &'static str,
    /// When they proved who they are, in microseconds; 0 where the provider does not say.
    pub proven: i64,
    /// The session that the browser held when it left.
    pub held: Option<[u8; 32]>,
}

/// Why nobody is let in.
#[derive(Debug)]
pub enum NotIn {
    /// The way there and back took too long, or is somebody else's.
    Lost,
    /// The provider or the person said no.
    Refused(String),
    /// The provider does not answer, or not as it should.
    Failed(Failure),
    /// The provider does not say who it is in the way that is asked for.
    Nameless,
}

impl Oidc {
    /// The provider of these settings; it is asked when somebody first signs in.
    pub fn new(settings: Settings) -> Oidc {
        Oidc { client: Client::new(&settings.roots), settings, known: Mutex::new(None) }
    }

    /// Where to go to sign in, and the cookie that knows whoever comes back.
    pub async fn begin(
        &self,
        app: &App,
        headers: &HeaderMap,
        lang: &'static str,
        again: bool,
    ) -> Result<(String, HeaderValue), Failure> {
        let known = self.known(app.now(), false).await?;
        let [state, nonce, verifier] = [(); 3].map(|()| hex(&draw::<32>()));
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let redirect = self.redirect(app);
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", &self.settings.client),
            ("redirect_uri", &redirect),
            ("scope", "openid email profile"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if let Some(strength) = &self.settings.strength {
            fields.push(("acr_values", strength));
        }
        if again {
            fields.extend([("prompt", "login"), ("max_age", "0")]);
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let joint = if known.authorization.contains('?') { '&' } else { '?' };
        let address = format!("{}{joint}{query}", known.authorization);
        let held = session::of(headers, &app.0.secret, &app.0.config);
        let away = Away { state, nonce, verifier, at: app.now(), again, lang, held };
        Ok((address, away.cookie(app)))
    }

    /// Who came back with this query.
    pub async fn end(&self, app: &App, headers: &HeaderMap, query: &str) -> Result<Back, NotIn> {
        let away = Away::of(headers, app).ok_or(NotIn::Lost)?;
        let said = |name: &str| {
            let mut all = form_urlencoded::parse(query.as_bytes());
            all.find(|(have, _)| have == name).map(|(_, value)| value.into_owned())
        };
        if said("state").as_deref() != Some(away.state.as_str()) {
            return Err(NotIn::Lost);
        }
        if said("iss").is_some_and(|issuer| issuer != self.settings.issuer) {
            return Err(NotIn::Lost);
        }
        if let Some(error) = said("error") {
            return Err(NotIn::Refused(error.chars().take(60).collect()));
        }
        let code = said("code").ok_or(NotIn::Lost)?;
        let claims = self.claims(app, &away, &code).await.map_err(NotIn::Failed)?;
        let name = self.settings.claim.of(&claims).and_then(normal_name).ok_or(NotIn::Nameless)?;
        let proven = claims["auth_time"].as_i64().map_or(0, |at| at.saturating_mul(1_000_000));
        Ok(Back { name, lang: away.lang, proven: proven.clamp(0, app.now()), held: away.held })
    }

    async fn claims(&self, app: &App, away: &Away, code: &str) -> Result<Value, Failure> {
        let known = self.known(app.now(), false).await?;
        let token = self.token(app, &known, away, code).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client: &self.settings.client,
            nonce: &away.nonce,
            now: app.now() / 1_000_000,
            proven_since: away.again.then_some(away.at / 1_000_000),
            strength: self.settings.strength.as_deref(),
        };
        let mut checked = check(&token, &known.keys, expected);
        if checked == Err(Bad::UnknownKey) {
            // Keys are exchanged now and then.
            checked = check(&token, &self.known(app.now(), true).await?.keys, expected);
        }
        checked.map_err(|why| format!("the ID token is not taken: {why:?}").into())
    }

    /// The ID token for a code.
    async fn token(&self, app: &App, known: &Known, away: &Away, code: &str) -> Result<String, Failure> {
        let redirect = self.redirect(app);
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect),
            ("code_verifier", &away.verifier),
        ];
        let (client, secret) = (self.settings.client.as_str(), self.settings.secret.as_str());
        let mut basic = None;
        if secret.is_empty() {
            fields.push(("client_id", client));
        } else if known.takes_basic {
            let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", part(client), part(secret));
            basic = Some(format!("Basic {}", BASE64_STANDARD.encode(pair)));
        } else {
            fields.extend([("client_id", client), ("client_secret", secret)]);
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let said = self.client.post(&known.token, basic.as_deref(), form).await?;
        said["id_token"].as_str().map(str::to_owned).ok_or_else(|| "there is no ID token".into())
    }

    fn redirect(&self, app: &App) -> String {
        format!("{}{CALLBACK}", app.0.config.public_url)
    }

    /// What the provider says of itself, asked for again after an hour, and its keys when one is missing.
    async fn known(&self, now: i64, newer_keys: bool) -> Result<Known, Failure> {
        let mut kept = self.known.lock().await;
        let fresh = kept.clone().filter(|known| known.at <= now && now < known.at + KEPT);
        let mut known = match fresh {
            Some(known) => known,
            None => self.discover(now).await?,
        };
        if newer_keys && known.keys_since + KEYS_AGAIN <= now {
            known.keys = self.client.get(&known.keys_at).await?;
            known.keys_since = now;
        }
        *kept = Some(known.clone());
        Ok(known)
    }

    async fn discover(&self, now: i64) -> Result<Known, Failure> {
        let issuer = self.settings.issuer.as_str();
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let said = self.client.get(&address).await?;
        if said["issuer"].as_str() != Some(issuer) {
            return Err(format!("{address} is not that of {issuer}").into());
        }
        let place = |name: &str| -> Result<String, Failure> {
            let address = said[name].as_str().unwrap_or_default();
            let uri: Uri = address.parse()?;
            if is_allowed(&uri) { Ok(address.to_owned()) } else { Err(format!("{name}: only https").into()) }
        };
        let ways = said["token_endpoint_auth_methods_supported"].as_array();
        let takes_basic = ways.is_none_or(|ways| ways.iter().any(|way| way == "client_secret_basic"));
        let keys_at = place("jwks_uri")?;
        let keys = self.client.get(&keys_at).await?;
        Ok(Known {
            at: now,
            authorization: place("authorization_endpoint")?,
            token: place("token_endpoint")?,
            keys_at,
            keys,
            keys_since: now,
            takes_basic,
        })
    }
}

impl Claim {
    /// The name that a token gives. A mail address has to be one that the provider has verified.
    fn of(self, claims: &Value) -> Option<&str> {
        let is_verified = claims["email_verified"] == Value::Bool(true);
        match self {
            Claim::Email => claims["email"].as_str().filter(|_| is_verified),
            Claim::Subject => claims["sub"].as_str(),
            Claim::Username => claims["preferred_username"].as_str(),
        }
    }
}

impl Away {
    /// Browsers send it when the provider sends people back, which `Strict` would not.
    fn cookie(&self, app: &App) -> HeaderValue {
        let Away { state, nonce, verifier, at, again, lang, held } = self;
        let held = held.map_or_else(String::new, |held| hex(&held));
        let text = zeroize::Zeroizing::new(format!("{state} {nonce} {verifier} {at} {again} {lang} {held}"));
        let sealed = app.0.secret.key(PURPOSE).seal_exact(PURPOSE.as_bytes(), text.as_bytes(), &mut rng());
        let name = session::full_name(&app.0.config, COOKIE);
        crate::session::set(&app.0.config, &name, &hex(&sealed), AWAY / 1_000_000)
    }

    fn of(headers: &HeaderMap, app: &App) -> Option<Away> {
        let sealed = from_hex(session::value(headers, &app.0.config, COOKIE)?)?;
        let bytes = app.0.secret.key(PURPOSE).open_exact(PURPOSE.as_bytes(), &sealed).ok()?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let parts: Vec<&str> = text.split(' ').collect();
        let [state, nonce, verifier, at, again, lang, held] = parts[..] else { return None };
        let at: i64 = at.parse().ok()?;
        let [state, nonce, verifier] = [state, nonce, verifier].map(str::to_owned);
        let lang = super::pages::sign_in::known(lang)?;
        let is_in_time = at <= app.now() && app.now() < at + AWAY;
        let held = from_hex(held).and_then(|held| held.try_into().ok());
        is_in_time.then_some(Away { state, nonce, verifier, at, again: again == "true", lang, held })
    }
}

/// Takes the cookie back: a way is gone once.
pub fn forget(app: &App) -> HeaderValue {
    crate::session::set(&app.0.config, &session::full_name(&app.0.config, COOKIE), "", 0)
}
