//! A provider of OpenID Connect on this machine, which lets everybody in and says of them what a test wants.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http;

/// What it calls the client, and the client's secret; with signs that have to be encoded.
pub const CLIENT: (&str, &str) = ("monshin console", "s:cret/+");

struct State {
    key: EcdsaKeyPair,
    kid: String,
    /// What it says of whoever comes, beside what it has to.
    claims: Value,
    /// Codes it gave out: challenge, nonce, redirect address.
    codes: BTreeMap<String, [String; 3]>,
    /// What it was asked at the authorization endpoint.
    asked: Vec<BTreeMap<String, String>>,
    /// How often its keys were fetched.
    keys_fetched: usize,
    refuses: bool,
}

/// A provider that runs until the test ends.
#[derive(Clone)]
pub struct Provider {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Provider {
    /// Starts one.
    ///
    /// # Panics
    /// Where there is no port.
    pub fn start() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let state = State {
            key: new_key(),
            kid: "first".into(),
            claims: json!({}),
            codes: BTreeMap::new(),
            asked: Vec::new(),
            keys_fetched: 0,
            refuses: false,
        };
        let provider = Provider { port, state: Arc::new(Mutex::new(state)) };
        let shared = provider.clone();
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let provider = shared.clone();
                std::thread::spawn(move || provider.answer(line));
            }
        });
        provider
    }

    /// Its address; to a browser another site than 127.0.0.1.
    pub fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// What it says from now on; `null` takes a claim away.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn says(&self, claims: Value) {
        self.state.lock().expect("held shortly").claims = claims;
    }

    /// Whether it refuses whoever comes.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn refuses(&self, refuses: bool) {
        self.state.lock().expect("held shortly").refuses = refuses;
    }

    /// Signs with another key from now on.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn changes_its_key(&self) {
        let mut state = self.state.lock().expect("held shortly");
        (state.key, state.kid) = (new_key(), "second".into());
    }

    /// What the last browser was sent with.
    ///
    /// # Panics
    /// Where none was.
    pub fn last_asked(&self) -> BTreeMap<String, String> {
        self.state.lock().expect("held shortly").asked.last().expect("somebody came").clone()
    }

    /// How often its keys were fetched.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn keys_fetched(&self) -> usize {
        self.state.lock().expect("held shortly").keys_fetched
    }

    fn answer(&self, mut line: TcpStream) {
        let Ok((head, body)) = http::read_request(&mut line) else { return };
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut state = self.state.lock().expect("held shortly");
        let reply = match path {
            "/.well-known/openid-configuration" => ok(&self.description()),
            "/keys" => {
                state.keys_fetched += 1;
                ok(&state.keys())
            }
            "/authorize" => state.authorize(fields(query.as_bytes())),
            "/token" => state.token(&head, fields(&body), &self.issuer()),
            _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
        };
        drop(state);
        let _ = line.write_all(reply.as_bytes());
    }

    fn description(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.issuer());
        json!({
            "issuer": self.issuer(),
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "jwks_uri": at("keys"),
        })
    }
}

impl State {
    fn keys(&self) -> Value {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let [x, y] = [x, y].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig", "x": x, "y": y }] })
    }

    fn authorize(&mut self, asked: BTreeMap<String, String>) -> String {
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let code = format!("code-{}", self.asked.len());
        let mut back = form_urlencoded::Serializer::new(String::new());
        back.append_pair("state", &of("state"));
        if self.refuses {
            back.append_pair("error", "access_denied");
        } else {
            back.append_pair("code", &code);
            self.codes.insert(code, [of("code_challenge"), of("nonce"), of("redirect_uri")]);
        }
        let to = format!("{}?{}", of("redirect_uri"), back.finish());
        self.asked.push(asked);
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    /// A token, if code, verifier, address and client are as they should be; a code works once.
    fn token(&mut self, head: &str, asked: BTreeMap<String, String>, issuer: &str) -> String {
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(CLIENT.0), encoded(CLIENT.1));
        let basic = format!("authorization: basic {}", BASE64_STANDARD.encode(pair).to_lowercase());
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
        let kept = self.codes.remove(&of("code"));
        let is_right = head.to_lowercase().contains(&basic)
            && of("grant_type") == "authorization_code"
            && kept.as_ref().is_some_and(|kept| kept[0] == challenge && kept[2] == of("redirect_uri"));
        let Some([_, nonce, _]) = kept.filter(|_| is_right) else {
            let body = json!({ "error": "invalid_grant" }).to_string();
            return format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        };
        let now = crate::world::NOW / 1_000_000;
        let mut claims = json!({ "iss": issuer, "aud": CLIENT.0, "sub": "42", "iat": now, "exp": now + 300, "nonce": nonce });
        for (name, value) in self.claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        ok(&json!({ "access_token": "x", "token_type": "Bearer", "id_token": self.sign(&claims) }))
    }

    fn sign(&self, claims: &Value) -> String {
        let head = json!({ "alg": "ES256", "kid": self.kid });
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&head), part(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("made");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).expect("our own")
}

fn fields(text: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

fn ok(body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
