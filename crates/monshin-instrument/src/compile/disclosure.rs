//! `[disclosure]`: a preset, and what is different from it.

use monshin_diag::words;
use toml::de::DeValue;

use super::fields::{Context, Desk, Fields, Named};
use crate::{Disclosure, DisclosurePreset};

/// `disclosure = "…"` in `[survey]`.
pub(super) fn named_policy(context: &mut Context, fields: &mut Fields) -> Option<Disclosure> {
    let name = fields.string(context, "disclosure")?;
    policy_of(context, &name).map(Disclosure::preset)
}

/// `[disclosure]` or `disclosure = "…"` at the top.
pub(super) fn disclosure(context: &mut Context, root: &mut Fields, policy: Disclosure) -> Disclosure {
    let Some(entry) = root.take("disclosure") else { return policy };
    let table = match entry.value {
        DeValue::Table(table) => table,
        DeValue::String(name) => {
            let name = Named { text: name.to_string(), span: entry.span };
            return policy_of(context, &name).map_or(policy, Disclosure::preset);
        }
        _ => {
            context.error("Q004", entry.span, words!("disclosure には方針の名前か表を書いてください"; "`disclosure` takes the name of a policy or a table"), None);
            return policy;
        }
    };
    let mut fields = Fields::new(table, entry.key_span, "[disclosure]");
    let preset = ["preset", "policy"].into_iter().filter_map(|key| fields.string(context, key)).last();
    let named = preset.and_then(|name| policy_of(context, &name));
    // A number by either of its names; "min_base" and "mark_all_or_none_below" came first.
    let mut count = |keys: [&'static str; 2], least: i64| {
        keys.into_iter().filter_map(|key| fields.count(context, key, least, 1_000_000)).last()
    };
    let k = count(["min_base", "k"], 1);
    let small_class = count(["mark_all_or_none_below", "small_class"], 0);
    let protection = fields.count(context, "protection", 1, 1_000_000);
    fields.finish(context);
    let base = named.map_or(policy, Disclosure::preset);
    let k = k.unwrap_or(base.k);
    Disclosure {
        preset: base.preset,
        k,
        protection: protection.unwrap_or(k),
        small_class: small_class.unwrap_or(base.small_class),
    }
}

fn policy_of(context: &mut Context, name: &Named) -> Option<DisclosurePreset> {
    match &*name.text {
        "none" => Some(DisclosurePreset::None),
        "voluntary" | "default" | "small-groups" => Some(DisclosurePreset::Voluntary),
        "register" => Some(DisclosurePreset::Register),
        _ => {
            context.error("Q005", name.span, words!("秘匿方針「{}」はありません", name.text; "there is no disclosure policy `{}`", name.text),
                Some(words!("\"register\"（悉皆調査）、\"voluntary\"（任意の回答）、\"none\" のいずれかを書いてください"; "write \"register\" (everybody is in it), \"voluntary\" or \"none\"")));
            None
        }
    }
}
