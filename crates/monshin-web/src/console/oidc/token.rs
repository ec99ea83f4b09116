//! Whether an ID token is what it says: its signature (RFC 7515) by a key of the provider (RFC 7517), and its claims
//! (OpenID Connect Core 1.0, 3.1.3.7).
//!
//! Written here, on `ring`, which is in the tree for TLS: the crates that do it bring RSA in Rust or a second
//! library of cryptography. Nothing in a token chooses how it is checked but the name of one of three algorithms.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// Clocks may differ by so many seconds.
const SKEW: i64 = 60;
/// A token that was made longer ago is not of this sign-in.
const OLDEST: i64 = 600;

/// What a token has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now: i64,
    /// The person has to have proven who they are since then.
    pub proven_since: Option<i64>,
    /// And as strongly as this word of the provider's says. It is asked for it, but may do otherwise (OpenID Connect Core
    /// 1.0, 3.1.2.1).
    pub strength: Option<&'a str>,
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    Malformed,
    Algorithm,
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    Time,
    Nonce,
    NotProvenAnew,
    TooWeak,
}

/// The claims of a token, if it is good.
pub fn check(token: &str, keys: &Value, expected: Expected<'_>) -> Result<Value, Bad> {
    let claims = verified(token, keys)?;
    let text = |name: &str| claims[name].as_str();
    let seconds = |name: &str| claims[name].as_i64();
    if text("iss") != Some(expected.issuer) {
        return Err(Bad::Issuer);
    }
    let audience: Vec<&str> = match &claims["aud"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_for_us = audience.contains(&expected.client);
    let party = text("azp");
    if !is_for_us
        || party.is_some_and(|party| party != expected.client)
        || (audience.len() > 1 && party.is_none())
    {
        return Err(Bad::Audience);
    }
    let (Some(until), Some(made)) = (seconds("exp"), seconds("iat")) else { return Err(Bad::Time) };
    if until + SKEW <= expected.now || expected.now + SKEW < made || made + OLDEST < expected.now {
        return Err(Bad::Time);
    }
    if text("nonce") != Some(expected.nonce) {
        return Err(Bad::Nonce);
    }
    if let Some(since) = expected.proven_since
        && seconds("auth_time").is_none_or(|at| at + SKEW < since)
    {
        return Err(Bad::NotProvenAnew);
    }
    if expected.strength.is_some_and(|strength| text("acr") != Some(strength)) {
        return Err(Bad::TooWeak);
    }
    Ok(claims)
}

/// What a token holds, where one of the keys has signed it.
fn verified(token: &str, keys: &Value) -> Result<Value, Bad> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Bad::Malformed)?;
    let (head, payload) = signed.split_once('.').ok_or(Bad::Malformed)?;
    let head: Value = json(head)?;
    let algorithm = head["alg"].as_str().ok_or(Bad::Algorithm)?;
    if !["RS256", "ES256", "EdDSA"].contains(&algorithm) || !head["crit"].is_null() {
        return Err(Bad::Algorithm);
    }
    let signature = bytes(signature)?;
    let mut result = Err(Bad::UnknownKey);
    for key in keys["keys"].as_array().into_iter().flatten().filter(|key| may_be(key, &head, algorithm)) {
        result = verify(key, algorithm, signed.as_bytes(), &signature);
        if result.is_ok() {
            return json(payload);
        }
    }
    result.and(Err(Bad::Signature))
}

/// Whether a key can be the one that a token names.
fn may_be(key: &Value, head: &Value, algorithm: &str) -> bool {
    let says = |name: &str, wanted: &str| key[name].as_str().is_none_or(|have| have == wanted);
    let is_named = head["kid"].as_str().is_none_or(|kid| key["kid"].as_str() == Some(kid));
    let kind = match algorithm {
        "RS256" => "RSA",
        "ES256" => "EC",
        _ => "OKP",
    };
    is_named && key["kty"].as_str() == Some(kind) && says("use", "sig") && says("alg", algorithm)
}

fn verify(key: &Value, algorithm: &str, signed: &[u8], signature: &[u8]) -> Result<(), Bad> {
    let part = |name: &str| bytes(key[name].as_str().unwrap_or_default()).map_err(|_| Bad::UnknownKey);
    let verified = match algorithm {
        "RS256" => {
            let key = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
            key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
        }
        "ES256" if key["crv"].as_str() == Some("P-256") => {
            let point = [&[4][..], &part("x")?, &part("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
        }
        "EdDSA" if key["crv"].as_str() == Some("Ed25519") => {
            UnparsedPublicKey::new(&ED25519, part("x")?).verify(signed, signature)
        }
        _ => return Err(Bad::UnknownKey),
    };
    verified.map_err(|_| Bad::Signature)
}

fn bytes(text: &str) -> Result<Vec<u8>, Bad> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Bad::Malformed)
}

fn json(text: &str) -> Result<Value, Bad> {
    serde_json::from_slice(&bytes(text)?).map_err(|_| Bad::Malformed)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    /// RFC 7515, appendices A.2 and A.3: the payload, and both keys and signatures.
    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const RSA: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const RSA_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const EC: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn published() -> Value {
        json!({ "keys": [
            { "kty": "RSA", "n": RSA_N, "e": "AQAB" },
            { "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
              "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" },
        ] })
    }

    #[test]
    fn signatures_of_rfc_7515_are_verified_and_changed_ones_are_not() {
        for (head, signature) in [("eyJhbGciOiJSUzI1NiJ9", RSA), ("eyJhbGciOiJFUzI1NiJ9", EC)] {
            let token = format!("{head}.{PAYLOAD}.{signature}");
            assert_eq!(verified(&token, &published()).expect("RFC 7515")["iss"], "joe");
            let other = token.replace("MDA4", "MDA5");
            assert_eq!(verified(&other, &published()), Err(Bad::Signature));
            assert_eq!(verified(&token, &json!({ "keys": [] })), Err(Bad::UnknownKey));
        }
    }

    struct Signer(EcdsaKeyPair);

    impl Signer {
        fn new() -> Signer {
            let random = SystemRandom::new();
            let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("made");
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random);
            Signer(pair.expect("our own"))
        }

        fn keys(&self, kid: &str) -> Value {
            let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
            let [x, y] = [x, y].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
            json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": x, "y": y }] })
        }

        fn sign(&self, head: Value, claims: &Value) -> String {
            let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
            let signed = format!("{}.{}", part(&head), part(claims));
            let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
            format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
        }
    }

    const EXPECTED: Expected<'_> = Expected {
        issuer: "https://id.example",
        client: "monshin",
        nonce: "n",
        now: 1_000_000,
        proven_since: None,
        strength: None,
    };

    fn claims() -> Value {
        json!({ "iss": "https://id.example", "aud": "monshin", "nonce": "n", "exp": 1_000_300, "iat": 999_990,
                "sub": "1", "auth_time": 999_000 })
    }

    #[test]
    fn each_claim_has_to_be_as_expected() {
        let signer = Signer::new();
        let keys = signer.keys("a");
        let of = |change: &Value| {
            let mut claims = claims();
            for (name, value) in change.as_object().expect("an object") {
                claims[name] = value.clone();
            }
            check(&signer.sign(json!({ "alg": "ES256", "kid": "a" }), &claims), &keys, EXPECTED).map(|_| ())
        };
        for good in
            [json!({}), json!({ "aud": ["monshin"] }), json!({ "aud": ["x", "monshin"], "azp": "monshin" })]
        {
            assert_eq!(of(&good), Ok(()), "{good}");
        }
        for (change, why) in [
            (json!({ "iss": "https://id.example/" }), Bad::Issuer),
            (json!({ "aud": "other" }), Bad::Audience),
            (json!({ "aud": ["monshin", "x"] }), Bad::Audience),
            (json!({ "azp": "other" }), Bad::Audience),
            (json!({ "aud": null }), Bad::Audience),
            (json!({ "exp": 999_940 }), Bad::Time),
            (json!({ "exp": "1000300" }), Bad::Time),
            (json!({ "iat": 1_000_061 }), Bad::Time),
            (json!({ "iat": 999_000 }), Bad::Time),
            (json!({ "nonce": "m" }), Bad::Nonce),
            (json!({ "nonce": null }), Bad::Nonce),
        ] {
            assert_eq!(of(&change), Err(why), "{change}");
        }
    }

    #[test]
    fn who_has_to_prove_themselves_anew_has_done_so() {
        let signer = Signer::new();
        for (auth_time, good) in
            [(json!(1_000_000), true), (json!(999_941), true), (json!(999_000), false), (json!(null), false)]
        {
            let mut claims = claims();
            claims["auth_time"] = auth_time.clone();
            let token = signer.sign(json!({ "alg": "ES256" }), &claims);
            let expected = Expected { proven_since: Some(1_000_000), ..EXPECTED };
            assert_eq!(check(&token, &signer.keys("a"), expected).is_ok(), good, "{auth_time}");
        }
    }

    #[test]
    fn who_has_to_prove_two_things_has_done_so() {
        let signer = Signer::new();
        for (acr, good) in [
            (json!("https://refeds.org/profile/mfa"), true),
            (json!("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"), false),
            (json!(["https://refeds.org/profile/mfa"]), false),
            (json!(null), false),
        ] {
            let mut claims = claims();
            claims["acr"] = acr.clone();
            let token = signer.sign(json!({ "alg": "ES256" }), &claims);
            let expected = Expected { strength: Some("https://refeds.org/profile/mfa"), ..EXPECTED };
            let said = check(&token, &signer.keys("a"), expected).map(|_| ());
            assert_eq!(said, if good { Ok(()) } else { Err(Bad::TooWeak) }, "{acr}");
            assert!(check(&token, &signer.keys("a"), EXPECTED).is_ok(), "who does not ask takes everybody");
        }
    }

    #[test]
    fn no_token_chooses_how_it_is_checked() {
        let signer = Signer::new();
        let keys = signer.keys("a");
        let good = signer.sign(json!({ "alg": "ES256", "kid": "a" }), &claims());
        assert!(check(&good, &keys, EXPECTED).is_ok());
        for (head, why) in [
            (json!({ "alg": "none" }), Bad::Algorithm),
            (json!({ "alg": "HS256" }), Bad::Algorithm),
            (json!({ "alg": "RS256" }), Bad::UnknownKey),
            (json!({ "alg": "ES256", "kid": "b" }), Bad::UnknownKey),
            (json!({ "alg": "ES256", "crit": ["exp"] }), Bad::Algorithm),
            (json!({}), Bad::Algorithm),
        ] {
            assert_eq!(check(&signer.sign(head.clone(), &claims()), &keys, EXPECTED), Err(why), "{head}");
        }
        let stranger = Signer::new().sign(json!({ "alg": "ES256", "kid": "a" }), &claims());
        assert_eq!(check(&stranger, &keys, EXPECTED), Err(Bad::Signature));
        let (signed, _) = good.rsplit_once('.').expect("three parts");
        assert_eq!(check(&format!("{signed}."), &keys, EXPECTED), Err(Bad::Signature));
        for broken in ["", ".", "..", "a.b.c", signed] {
            assert!(check(broken, &keys, EXPECTED).is_err(), "{broken}");
        }
    }
}
